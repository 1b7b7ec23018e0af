/// One value of the tree and, by those that it came from, its place: a path is only put together for an error.
final class TreeDecoder: Decoder {
    let json: JSON
    private let key: (any CodingKey)?
    private let parent: TreeDecoder?

    init(json: JSON, at key: (any CodingKey)? = nil, in parent: TreeDecoder? = nil) {
        self.json = json
        self.key = key
        self.parent = parent
    }

    var userInfo: [CodingUserInfoKey: Any] { [:] }

    var codingPath: [any CodingKey] {
        var path: [any CodingKey] = []
        var place = Optional(self)
        while let here = place {
            if let key = here.key { path.append(key) }
            place = here.parent
        }
        return path.reversed()
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let object) = json else { throw mismatch("an object") }
        return KeyedDecodingContainer(KeyedReader<Key>(object: object, decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = json else { throw mismatch("an array") }
        return UnkeyedReader(elements: elements, decoder: self)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { SingleReader(decoder: self) }

    func read<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if type == JSON.self { return try cast(json) }
        if type == String.self { return try cast(json.stringValue, "a string") }
        if type == Bool.self { return try cast(json.boolValue, "true or false") }
        if type == Double.self { return try cast(json.doubleValue, "a number") }
        if type == Int.self { return try cast(whole(Int.self)) }
        if type == Int64.self { return try cast(whole(Int64.self)) }
        if let integer = type as? any FixedWidthInteger.Type { return try cast(whole(integer)) }
        return try Value(from: self)
    }

    func whole<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
        guard case .number(let number) = json, let wide = number.int64, let value = Number(exactly: wide) else {
            throw mismatch("a whole number")
        }
        return value
    }

    private func cast<Value>(_ value: (some Any)?, _ wanted: String = "another value") throws -> Value {
        guard let value, let result = value as? Value else { throw mismatch(wanted) }
        return result
    }

    func mismatch(_ wanted: String) -> DecodingError {
        .typeMismatch(JSON.self, .init(codingPath: codingPath, debugDescription: "\(wanted) is expected"))
    }
}

private struct KeyedReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let object: JSONObject
    let decoder: TreeDecoder

    var codingPath: [any CodingKey] { decoder.codingPath }
    var allKeys: [Key] { object.keys.compactMap(Key.init(stringValue:)) }

    func contains(_ key: Key) -> Bool { object[key.stringValue] != nil }

    func decodeNil(forKey key: Key) -> Bool { object[key.stringValue].map(\.isNull) ?? true }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try member(key).read(type)
    }

    // What most members are is read without a decoder of its own.

    func decode(_ type: String.Type, forKey key: Key) throws -> String {
        if case .string(let text)? = object[key.stringValue] { return text }
        return try member(key).read(type)
    }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool {
        if case .bool(let value)? = object[key.stringValue] { return value }
        return try member(key).read(type)
    }

    func decode(_ type: Int.Type, forKey key: Key) throws -> Int {
        if let value = object[key.stringValue]?.intValue { return value }
        return try member(key).read(type)
    }

    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 {
        if let value = object[key.stringValue]?.intValue { return Int64(value) }
        return try member(key).read(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try member(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try member(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { decoder }

    func superDecoder(forKey key: Key) throws -> any Decoder { try member(key) }

    private func member(_ key: Key) throws -> TreeDecoder {
        guard let value = object[key.stringValue], !value.isNull else {
            throw DecodingError.keyNotFound(
                key, .init(codingPath: codingPath, debugDescription: "\(key.stringValue) is missing"))
        }
        return TreeDecoder(json: value, at: key, in: decoder)
    }
}

private struct UnkeyedReader: UnkeyedDecodingContainer {
    let elements: [JSON]
    let decoder: TreeDecoder
    var currentIndex = 0

    init(elements: [JSON], decoder: TreeDecoder) {
        self.elements = elements
        self.decoder = decoder
    }

    var codingPath: [any CodingKey] { decoder.codingPath }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, elements[currentIndex].isNull else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try next().read(type) }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try next().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }

    mutating func superDecoder() throws -> any Decoder { try next() }

    private mutating func next() throws -> TreeDecoder {
        let position = Position(currentIndex)
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(
                JSON.self, .init(codingPath: codingPath + [position], debugDescription: "the array ends here"))
        }
        defer { currentIndex += 1 }
        return TreeDecoder(json: elements[currentIndex], at: position, in: decoder)
    }
}

private struct SingleReader: SingleValueDecodingContainer {
    let decoder: TreeDecoder
    var codingPath: [any CodingKey] { decoder.codingPath }

    func decodeNil() -> Bool { decoder.json.isNull }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decoder.read(type) }
}
