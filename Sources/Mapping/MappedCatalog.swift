package import Airbyte

/// A catalog as its destination sees it.
package struct MappedCatalog: Sendable, Hashable {
    /// In the order of the catalog.
    package let streams: [MappedStream]

    package init(
        _ catalog: ConfiguredCatalog, selections: [StreamDescriptor: FieldSelection] = [:],
        mappers: [StreamDescriptor: [Mapper]] = [:]
    ) {
        streams = catalog.streams.map {
            MappedStream($0, selection: selections[$0.descriptor], mappers: mappers[$0.descriptor] ?? [])
        }
    }

    /// What the destination is started with.
    package var catalog: ConfiguredCatalog { ConfiguredCatalog(streams: streams.map(\.stream)) }
}
