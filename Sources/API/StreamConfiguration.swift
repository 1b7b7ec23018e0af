import Airbyte
import JSON
import Mapping
import Model
import Posix
import SQL
import Secrets
import Time

/// Puts the streams of a `syncCatalog` on a connection: checks what is to be done to their records, and stores the
/// secrets in it apart.
struct StreamConfiguration: Sendable {
    private let vault: SecretVault

    init(_ services: APIServices) { vault = services.vault }

    /// Throws 422, naming the stream and what is wrong, where a mapper cannot be carried out. What nothing is said of, a
    /// masked secret and the schema contract, stays as it is.
    func put(
        _ wanted: SyncCatalog, on connection: inout Connection, in session: any Session, at time: Instant
    ) throws {
        let stored = connection.treatments
        let known = Dictionary(stored.map { ($0.stream, $0) }) { first, _ in first }
        let treatments = try wanted.streams.map { entry in
            let before = known[entry.stream.descriptor]
            return StreamTreatment(
                stream: entry.stream.descriptor, selectsFields: entry.selectsFields,
                mappers: try identified(entry, before), contract: entry.contract ?? before?.contract ?? .evolve)
        }.filter { !$0.isPlain }
        connection.catalog = wanted.catalog
        connection.treatments = try vault.split(
            treatments, replacing: stored, workspace: connection.workspaceID, in: session, at: time)
        let plain = try vault.hydrate(connection.treatments, in: session).treatments
        for treatment in plain {
            guard let stream = connection.catalog.streams.first(where: { $0.descriptor == treatment.stream }) else {
                continue
            }
            try validate(treatment.mappers, of: stream)
        }
    }

    /// The mappers, each with an id: its own, that of the one it is known to be, or a new one.
    private func identified(_ entry: SyncCatalog.Stream, _ before: StreamTreatment?) throws -> [JSON] {
        let stored = before?.mappers ?? []
        var taken: Set<String> = []
        let mappers = entry.mappers.map { mapper in
            var mapper = mapper
            let given = mapper["id"]?.stringValue
            let same = stored.first { other in
                guard let id = other["id"]?.stringValue, !taken.contains(id) else { return false }
                return given.map { $0 == id } ?? mapper.isOfKind(of: other)
            }
            var id = given ?? same?["id"]?.stringValue ?? UUID().description
            if !taken.insert(id).inserted {
                id = UUID().description
                taken.insert(id)
            }
            mapper["id"] = .string(id)
            return mapper
        }
        for mapper in mappers where mapper["config"]?["key"] == .string(SecretVault.mask) {
            guard stored.contains(where: { $0["id"] == mapper["id"] && $0["config"]?["key"] != nil }) else {
                throw Problem.unprocessable(
                    "A key of a mapper of the stream \(entry.stream.descriptor) is masked, and none is stored; give "
                        + "the key itself.")
            }
        }
        return mappers
    }

    private func validate(_ mappers: [JSON], of stream: ConfiguredStream) throws {
        let read: [Mapper] = try mappers.map { mapper in
            do throws(MapperError) { return try Mapper(json: mapper) } catch {
                throw Problem(error, of: stream.descriptor)
            }
        }
        // Whether they fit is looked at when the source has told the stream.
        guard !stream.stream.isAwaited else { return }
        let mapped = MappedStream(stream, mappers: read)
        if let fault = mapped.faults.first { throw Problem(fault.error, of: stream.descriptor) }
        // With a part of its key gone, rows that are not the same would replace one another.
        guard stream.destinationSyncMode.isDedup else { return }
        guard mapped.stream.effectivePrimaryKey.count == stream.effectivePrimaryKey.count else {
            throw Problem.unprocessable(
                "A mapper of the stream \(stream.descriptor) removes a field of its primary key, by which it is "
                    + "deduplicated; keep the field, or choose another key.")
        }
    }
}

extension JSON {
    /// Whether both are mappers of one kind for one field.
    fileprivate func isOfKind(of other: JSON) -> Bool {
        func key(_ mapper: JSON) -> [JSON?] {
            [mapper["name"], mapper["config"]?["targetField"], mapper["config"]?["originalFieldName"]]
        }
        return key(self) == key(other)
    }
}

extension Problem {
    /// Airbyte's kinds of a mapper's faults stand in the sentence.
    fileprivate init(_ error: MapperError, of stream: StreamDescriptor) {
        self.init(
            .unprocessable,
            "A mapper of the stream \(stream) cannot be carried out (\(error.code.rawValue)): \(error.description)")
    }
}
