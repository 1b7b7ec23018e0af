import Airbyte
import JSON

/// A configuration with a source's changes applied (protocol.md 5.4).
struct SchemaPropagation {
    private(set) var catalog = ConfiguredCatalog(streams: [])
    /// New streams that no modes fit.
    private(set) var unusable: [StreamDescriptor] = []
    /// Configured streams that the source does not have any more and that stay all the same.
    private(set) var vanished: [StreamDescriptor] = []

    /// - Parameter withStreams: whether streams are added and removed, or only changed.
    init(
        _ diff: CatalogDiff, discovered: AirbyteCatalog, configured: ConfiguredCatalog, withStreams: Bool,
        fieldSelection: Set<StreamDescriptor>, destinationModes: [DestinationSyncMode]
    ) {
        let offered = discovered.byDescriptor
        let transforms = Dictionary(diff.transforms.map { ($0.descriptor, $0) }) { first, _ in first }
        for stream in configured.streams {
            switch transforms[stream.descriptor]?.change {
            case .removed where withStreams: break
            case .removed:
                vanished.append(stream.descriptor)
                catalog.streams.append(stream)
            case .updated(let fields, _):
                let isSelection = fieldSelection.contains(stream.descriptor)
                catalog.streams.append(
                    offered[stream.descriptor].map {
                        stream.propagating(fields, of: $0, isSelection: isSelection)
                    } ?? stream)
            case .added, nil: catalog.streams.append(stream)
            }
        }
        guard withStreams else { return }
        let present = Set(configured.streams.map(\.descriptor))
        for transform in diff.transforms where transform.change == .added && !present.contains(transform.descriptor) {
            guard let stream = offered[transform.descriptor] else { continue }
            if let added = ConfiguredStream(adding: stream, destination: destinationModes) {
                catalog.streams.append(added)
            } else {
                unusable.append(stream.descriptor)
            }
        }
    }

    /// The incremental streams that gained or changed a field that is read (protocol.md 5.5).
    func backfills(by diff: CatalogDiff) -> [StreamDescriptor] {
        let configured = catalog.byDescriptor
        return diff.transforms.compactMap { transform in
            guard let stream = configured[transform.descriptor], stream.syncMode == .incremental else { return nil }
            let isRead = { (field: FieldTransform) in
                field.path.first.map { stream.stream.jsonSchema["properties"]?[$0] != nil } ?? false
            }
            let isConcerned = transform.fields.contains { $0.isAdditionOrUpdate && isRead($0) }
            return isConcerned ? transform.descriptor : nil
        }
    }
}
