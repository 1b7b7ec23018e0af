import Airbyte

extension AirbyteCatalog {
    /// Of a stream that a source names twice the first counts.
    var byDescriptor: [StreamDescriptor: AirbyteStream] {
        Dictionary(streams.map { ($0.descriptor, $0) }) { first, _ in first }
    }
}

extension ConfiguredCatalog {
    var byDescriptor: [StreamDescriptor: ConfiguredStream] {
        Dictionary(streams.map { ($0.descriptor, $0) }) { first, _ in first }
    }
}
