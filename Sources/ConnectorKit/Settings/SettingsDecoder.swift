/// Hands options that were read from a configuration to the `init(from:)` that the compiler writes for settings.
struct SettingsDecoder: Decoder {
    private let configuration: Configuration
    private let options: [String: any AnyOption]

    init(_ configuration: Configuration, _ options: [(property: String, option: any AnyOption)]) {
        self.configuration = configuration
        self.options = Dictionary(options.map { ($0.property, $0.option) }, uniquingKeysWith: { first, _ in first })
    }

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(Reader<Key>(configuration: configuration, options: options))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw Self.misuse }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw Self.misuse }

    fileprivate static var misuse: ConnectorError {
        ConnectorError(.system, "The connector's settings hold something that is no option.")
    }
}

private struct Reader<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let configuration: Configuration
    let options: [String: any AnyOption]

    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { options.keys.compactMap(Key.init(stringValue:)) }

    func contains(_ key: Key) -> Bool { options[key.stringValue] != nil }

    func decodeNil(forKey key: Key) -> Bool { false }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        guard let option = options[key.stringValue],
            let value = try option.read(option.key(of: key.stringValue), configuration) as? Value
        else { throw SettingsDecoder.misuse }
        return value
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { throw SettingsDecoder.misuse }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw SettingsDecoder.misuse }

    func superDecoder() throws -> any Decoder { throw SettingsDecoder.misuse }

    func superDecoder(forKey key: Key) throws -> any Decoder { throw SettingsDecoder.misuse }
}
