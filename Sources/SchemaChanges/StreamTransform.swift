package import Airbyte

/// What became of one stream of a source (protocol.md 5.2).
package struct StreamTransform: Sendable, Hashable, Codable {
    package enum Change: Sendable, Hashable, Codable {
        case added
        case removed
        case updated(fields: [FieldTransform], attributes: [StreamAttributeTransform])
    }

    package var descriptor: StreamDescriptor
    package var change: Change

    package init(descriptor: StreamDescriptor, change: Change) {
        self.descriptor = descriptor
        self.change = change
    }

    /// Streams that come or go break nothing (protocol.md 5.3).
    package var isBreaking: Bool {
        guard case .updated(let fields, let attributes) = change else { return false }
        return fields.contains(where: \.isBreaking) || attributes.contains(where: \.isBreaking)
    }

    package var fields: [FieldTransform] {
        if case .updated(let fields, _) = change { fields } else { [] }
    }
}
