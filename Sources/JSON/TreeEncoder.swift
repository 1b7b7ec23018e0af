/// A place in the tree that an encoder fills.
final class EncodedNode {
    enum Content {
        case empty
        case value(JSON)
        case array([EncodedNode])
        case object([(String, EncodedNode)])
    }
    var content = Content.empty

    var json: JSON {
        switch content {
        case .empty: .object(JSONObject())
        case .value(let value): value
        case .array(let nodes): .array(nodes.map(\.json))
        case .object(let members): .object(JSONObject(members.map { ($0, $1.json) }))
        }
    }

    func member(_ key: String) -> EncodedNode {
        let node = EncodedNode()
        guard case .object(var members) = content else {
            content = .object([(key, node)])
            return node
        }
        // The list is taken out while it grows, so that it is not copied.
        content = .empty
        members.append((key, node))
        content = .object(members)
        return node
    }

    func element() -> EncodedNode {
        let node = EncodedNode()
        guard case .array(var nodes) = content else {
            content = .array([node])
            return node
        }
        content = .empty
        nodes.append(node)
        content = .array(nodes)
        return node
    }
}

struct TreeEncoder: Encoder {
    let node: EncodedNode
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .object = node.content {} else { node.content = .object([]) }
        return KeyedEncodingContainer(KeyedTree<Key>(node: node, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if case .array = node.content {} else { node.content = .array([]) }
        return UnkeyedTree(node: node, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { SingleTree(node: node, codingPath: codingPath) }
}

private func put<Value: Encodable>(_ value: Value, into node: EncodedNode, at path: [any CodingKey]) throws {
    switch value {
    case let value as JSON: node.content = .value(value)
    case let value as String: node.content = .value(.string(value))
    case let value as Bool: node.content = .value(.bool(value))
    case let value as any BinaryInteger: node.content = .value(.integer(value))
    case let value as Double:
        guard let number = JSONNumber(value) else {
            throw EncodingError.invalidValue(
                value, .init(codingPath: path, debugDescription: "JSON has no such number"))
        }
        node.content = .value(.number(number))
    default: try value.encode(to: TreeEncoder(node: node, codingPath: path))
    }
}

private struct KeyedTree<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: EncodedNode
    let codingPath: [any CodingKey]

    mutating func encodeNil(forKey key: Key) { node.member(key.stringValue).content = .value(.null) }

    mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try put(value, into: node.member(key.stringValue), at: codingPath + [key])
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        TreeEncoder(node: node.member(key.stringValue), codingPath: codingPath + [key]).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        TreeEncoder(node: node.member(key.stringValue), codingPath: codingPath + [key]).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { TreeEncoder(node: node.member("super"), codingPath: codingPath) }

    mutating func superEncoder(forKey key: Key) -> any Encoder {
        TreeEncoder(node: node.member(key.stringValue), codingPath: codingPath + [key])
    }
}

private struct UnkeyedTree: UnkeyedEncodingContainer {
    let node: EncodedNode
    let codingPath: [any CodingKey]
    var count = 0

    mutating func encodeNil() {
        node.element().content = .value(.null)
        count += 1
    }

    mutating func encode<Value: Encodable>(_ value: Value) throws {
        try put(value, into: node.element(), at: codingPath + [Position(count)])
        count += 1
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        count += 1
        return TreeEncoder(node: node.element(), codingPath: codingPath).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        count += 1
        return TreeEncoder(node: node.element(), codingPath: codingPath).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { TreeEncoder(node: node.element(), codingPath: codingPath) }
}

private struct SingleTree: SingleValueEncodingContainer {
    let node: EncodedNode
    let codingPath: [any CodingKey]

    mutating func encodeNil() { node.content = .value(.null) }

    mutating func encode<Value: Encodable>(_ value: Value) throws {
        try put(value, into: node, at: codingPath)
    }
}

/// The index of an array's element on a coding path.
struct Position: CodingKey {
    let intValue: Int?
    var stringValue: String { String(intValue ?? 0) }

    init(_ index: Int) { intValue = index }
    init?(intValue: Int) { self.intValue = intValue }
    init?(stringValue: String) { return nil }
}
