import Airbyte
import JSON
import Mapping

/// What a plan says is done with records on their way, checked, stream by stream in the order of its catalog.
struct RecordRules: Sendable {
    struct Stream: Sendable {
        let stream: StreamDescriptor
        /// As the source was asked for it.
        let schema: JSON
        let selection: FieldSelection?
        let mappers: [Mapper]
        let contract: SchemaContract
        /// The key that no record may lack; empty where one may (protocol.md 1.14).
        let key: [[String]]
    }

    let streams: [Stream]
    /// The catalog as the destination sees it, but for the names of the streams.
    let destinationCatalog: ConfiguredCatalog

    /// Throws where a mapper cannot be carried out: to leave it out would let through what it is to hide. Where nothing
    /// is read, for a clear, it is left out.
    init(_ plan: ReplicationPlan) throws(ReplicationError) {
        let treatments = Dictionary(plan.treatments.map { ($0.stream, $0) }, uniquingKeysWith: { first, _ in first })
        var isClear = false
        if case .empty = plan.source { isClear = true }
        var streams: [Stream] = []
        var mapped: [ConfiguredStream] = []
        for configured in plan.catalog.streams {
            let treatment = treatments[configured.descriptor] ?? StreamTreatment(stream: configured.descriptor)
            let schema = configured.stream.jsonSchema
            let selection = treatment.selectsFields ? FieldSelection(schema: schema) : nil
            var mappers: [Mapper] = []
            for (index, json) in treatment.mappers.enumerated() {
                do throws(MapperError) {
                    mappers.append(try Mapper(json: json))
                } catch {
                    if !isClear { throw Self.unusable(index, json["name"]?.stringValue, configured.descriptor, error) }
                }
            }
            let target = MappedStream(configured, selection: selection, mappers: mappers)
            if let fault = target.faults.first, !isClear {
                let name = treatment.mappers[fault.index]["name"]?.stringValue
                throw Self.unusable(fault.index, name, configured.descriptor, fault.error)
            }
            streams.append(
                Stream(
                    stream: configured.descriptor, schema: schema, selection: selection, mappers: target.mappers,
                    contract: treatment.contract, key: configured.requiredKey))
            mapped.append(target.stream)
        }
        self.streams = streams
        destinationCatalog = ConfiguredCatalog(streams: mapped)
    }

    private static func unusable(
        _ index: Int, _ name: String?, _ stream: StreamDescriptor, _ error: MapperError
    ) -> ReplicationError {
        ReplicationError(
            .unusableMapper,
            "The mapper \(index + 1) (\(name.map { String($0.prefix(100)) } ?? "without a name")) of the stream "
                + "\(stream) cannot be carried out, so nothing was read: \(error.description) "
                + "Mend or remove it in the connection.")
    }
}

extension ConfiguredStream {
    /// The key that each record must have a part of: of streams that are read incrementally and deduplicated.
    fileprivate var requiredKey: [[String]] {
        syncMode == .incremental && destinationSyncMode == .appendDedup ? effectivePrimaryKey : []
    }
}
