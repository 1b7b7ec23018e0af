import JSON

/// The name of a stream; an absent namespace and a null one are the same.
///
/// Told apart by bytes: two tables may have names that differ only in how a letter is composed.
package struct StreamDescriptor: Hashable, Sendable, Codable, CustomStringConvertible {
    package var name: String
    package var namespace: String?

    package init(name: String, namespace: String? = nil) {
        self.name = name
        self.namespace = namespace
    }

    package static func == (a: StreamDescriptor, b: StreamDescriptor) -> Bool {
        guard a.name.hasSameBytes(as: b.name) else { return false }
        return switch (a.namespace, b.namespace) {
        case (nil, nil): true
        case (let a?, let b?): a.hasSameBytes(as: b)
        default: false
        }
    }

    package var description: String { namespace.map { "\($0).\(name)" } ?? name }
}
