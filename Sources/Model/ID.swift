package import Posix

/// The id of one kind of thing; ids of different kinds do not mix.
package struct ID<Of>: Hashable, Sendable, CustomStringConvertible {
    package let uuid: UUID

    package init(_ uuid: UUID = UUID()) { self.uuid = uuid }

    /// Nil where the text is no UUID.
    package init?(_ text: String) {
        guard let uuid = UUID(text) else { return nil }
        self.uuid = uuid
    }

    package var description: String { uuid.description }
}

extension ID: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let uuid = UUID(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "a UUID is expected"))
        }
        self.uuid = uuid
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(uuid.description)
    }
}
