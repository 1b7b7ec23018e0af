/// Where a connection's streams land: which namespace, and what is put before their names (protocol.md 2.8).
package struct NamespaceMapping: Sendable, Hashable, Codable {
    package enum Definition: String, Sendable, Hashable, Codable {
        /// Keep the source's namespace.
        case source
        /// None: the destination's default.
        case destination
        case customFormat = "customformat"
    }

    package var definition: Definition
    /// Used by `customFormat`; `${SOURCE_NAMESPACE}` stands for the source's namespace.
    package var format: String?
    package var prefix: String?

    package init(_ definition: Definition = .source, format: String? = nil, prefix: String? = nil) {
        self.definition = definition
        self.format = format
        self.prefix = prefix
    }

    /// Whether every stream keeps its name and namespace.
    package var isIdentity: Bool { definition == .source && (prefix ?? "").allSatisfy(\.isWhitespace) }

    package func map(_ stream: StreamDescriptor) -> StreamDescriptor {
        let prefix = prefix ?? ""
        let name = prefix.allSatisfy(\.isWhitespace) ? stream.name : prefix + stream.name
        return StreamDescriptor(name: name, namespace: namespace(for: stream.namespace))
    }

    package func map(_ catalog: ConfiguredCatalog) -> ConfiguredCatalog {
        var mapped = catalog
        for index in mapped.streams.indices {
            let descriptor = map(mapped.streams[index].descriptor)
            mapped.streams[index].stream.name = descriptor.name
            mapped.streams[index].stream.namespace = descriptor.namespace
        }
        return mapped
    }

    private func namespace(for source: String?) -> String? {
        switch definition {
        case .source: return source
        case .destination: return nil
        case .customFormat:
            let text = (format ?? "").replacing("${SOURCE_NAMESPACE}", by: source ?? "")
            return text.allSatisfy(\.isWhitespace) ? nil : text
        }
    }
}

extension String {
    fileprivate func replacing(_ part: String, by other: String) -> String {
        var result = ""
        var rest = self[...]
        while let first = rest.first {
            if rest.hasPrefix(part) {
                result += other
                rest = rest.dropFirst(part.count)
            } else {
                result.append(first)
                rest = rest.dropFirst()
            }
        }
        return result
    }
}
