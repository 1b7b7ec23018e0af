extension JSON {
    /// The value as JSON; members that are nil are left out.
    package static func encode(_ value: some Encodable) throws -> JSON {
        if let json = value as? JSON { return json }
        let node = EncodedNode()
        try value.encode(to: TreeEncoder(node: node, codingPath: []))
        return node.json
    }

    /// Reads a value out of this one. Throws Swift's own `DecodingError`, whose path names the member at fault;
    /// members that the type does not know are passed over.
    package func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try TreeDecoder(json: self).read(Value.self)
    }
}

/// Inside our own coders a JSON value passes through whole; foreign coders are not served.
extension JSON: Codable {
    package init(from decoder: any Decoder) throws {
        guard let tree = decoder as? TreeDecoder else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "JSON is read by JSON.decode only"))
        }
        self = tree.json
    }

    package func encode(to encoder: any Encoder) throws {
        guard let tree = encoder as? TreeEncoder else {
            throw EncodingError.invalidValue(
                self, .init(codingPath: encoder.codingPath, debugDescription: "JSON is written by JSON.encode only"))
        }
        tree.node.content = .value(self)
    }
}
