package import Airbyte
package import Model

extension Connection {
    /// Where its streams land.
    package var mapping: NamespaceMapping {
        let definition: NamespaceMapping.Definition =
            switch namespaceDefinition {
            case .source: .source
            case .destination: .destination
            case .customFormat: .customFormat
            }
        return NamespaceMapping(definition, format: namespaceFormat, prefix: prefix)
    }

    /// The first two of these streams that would land in one place, where their records could not be told apart.
    package func collision(in catalog: ConfiguredCatalog) -> (StreamDescriptor, StreamDescriptor)? {
        let mapping = mapping
        var taken: [StreamDescriptor: StreamDescriptor] = [:]
        for stream in catalog.streams.map(\.descriptor) {
            if let other = taken.updateValue(stream, forKey: mapping.map(stream)) { return (other, stream) }
        }
        return nil
    }
}
