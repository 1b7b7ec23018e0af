/// The name of a stream; an absent namespace and a null one are the same.
package struct StreamDescriptor: Hashable, Sendable, Codable, CustomStringConvertible {
    package var name: String
    package var namespace: String?

    package init(name: String, namespace: String? = nil) {
        self.name = name
        self.namespace = namespace
    }

    package var description: String { namespace.map { "\($0).\(name)" } ?? name }
}
