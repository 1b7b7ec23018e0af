import Crypto
import JSON
import Mapping
import TestKit
import Testing

/// Each mapper of protocol.md 2.11 on its own.
@Suite("Mappers")
struct MapperTests {
    static let digests: [(String, String)] = [
        ("MD5", "900150983cd24fb0d6963f7d28e17f72"),
        ("SHA-1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        ("SHA-224", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
        ("SHA-256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "SHA-384",
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"
        ),
        (
            "SHA-512",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        ),
    ]

    @Test(.proves("2.11-hashing"), arguments: digests)
    func `2_11 hashing puts the known digest into a new field and removes the old one`(
        method: String, digest: String
    ) throws {
        let mapper = try mapper("hashing", ["targetField": "a", "method": .string(method)])
        let mapped = try map(#"{"x": 1, "a" : "\u0061bc","y":[ ] }"#, mapper)
        #expect(mapped == .keep(Array(#"{"x": 1,"a_hashed":"\#(digest)","y":[ ]}"#.utf8), changes: []))
    }

    @Test func `2_11 hashing takes the text of numbers and leaves nulls and missing fields`() throws {
        let mapper = try mapper("hashing", ["targetField": "a", "method": "MD5", "fieldNameSuffix": ""])
        #expect(try text(#"{"a":12}"#, mapper) == #"{"a":"c20ad4d76fe97759aa27a0c99bff6710"}"#)
        #expect(try map(#"{"b":12}"#, mapper) == .asItWas)
        #expect(try map(#"{"a":null}"#, mapper) == .asItWas)
    }

    @Test func `of a repeated key no plain value gets past the hash`() throws {
        let mapper = try mapper("hashing", ["targetField": "a", "method": "MD5"])
        let mapped = try text(#"{"a":"secret","\u0061":"secret","a":12,"a_hashed":"secret"}"#, mapper)
        #expect(mapped == #"{"a_hashed":"c20ad4d76fe97759aa27a0c99bff6710"}"#)
    }

    @Test(.proves("2.11-null")) func `2_11 a value that cannot be hashed is nulled and reported`() throws {
        let mapper = try mapper("hashing", ["targetField": "a"])
        let change = RecordChange(field: "a_hashed", change: .nulled, reason: .platformSerializationError)
        for broken in [#"{"a":"\x"}"#, #"{"a":[tru]}"#] {
            let mapped = try map(broken, mapper)
            guard case .keep(let bytes, let changes) = mapped else {
                Issue.record("\(broken) gave \(mapped)")
                continue
            }
            #expect(String(decoding: bytes, as: UTF8.self) == #"{"a_hashed":null}"#)
            #expect(changes == [change])
        }
    }

    @Test(.proves("2.11-renaming", "2.11-field-filter"))
    func `2_11 renaming and field filtering leave the other members as they are`() throws {
        let rename = try mapper("field-renaming", ["originalFieldName": "a", "newFieldName": "n\"ü"])
        #expect(try text(#"{ "z":1e5 , "a": { "b" :1 },"c":2}"#, rename) == #"{"z":1e5,"n\"ü":{ "b" :1 },"c":2}"#)
        let filter = try mapper("field-filtering", ["targetField": "a"])
        #expect(try text(#"{"a":1}"#, filter) == "{}")
        #expect(try text(#"{"z":1 , "y":2,"a":1,"c":3}"#, filter) == #"{"z":1 , "y":2,"c":3}"#)
    }

    @Test(.proves("2.11-row-filter")) func `2_11 a row passes where its condition holds`() throws {
        func equal(_ field: String, _ value: String) -> JSON {
            ["type": "EQUAL", "fieldName": .string(field), "comparisonValue": .string(value)]
        }
        func passes(_ record: String, _ condition: JSON) throws -> Bool {
            try map(record, mapper("row-filtering", ["conditions": condition])) == .asItWas
        }
        let (a, b) = (equal("a", "1"), equal("b", "x"))
        #expect(try passes(#"{"a":1}"#, a))
        #expect(try passes(#"{"a":"\u0031"}"#, a))
        #expect(try !passes(#"{"a":1.0}"#, a))
        #expect(try !passes(#"{"b":"1"}"#, a))
        #expect(try !passes(#"{"a":null}"#, equal("a", "null")))
        #expect(try passes("{}", ["type": "NOT", "conditions": [a, b]]))
        #expect(try !passes(#"{"b":"x"}"#, ["type": "NOT", "conditions": [a, b]]))
        #expect(try passes(#"{"a":1,"b":"x"}"#, ["type": "AND", "conditions": [a, b]]))
        #expect(try !passes(#"{"a":1}"#, ["type": "AND", "conditions": [a, b]]))
        #expect(try passes(#"{"b":"x"}"#, ["type": "OR", "conditions": [a, b]]))
        #expect(try !passes("{}", ["type": "OR", "conditions": [a, b]]))
    }

    @Test func `2_11 mappers work one after the other on what the one before made`() throws {
        let mapping = try RecordMapping(
            selection: FieldSelection(["a", "b"]),
            mappers: [
                Mapper(.renaming(from: "a", to: "c")), Mapper(.hashing(Hashing(field: "c", method: .md5))),
                Mapper(.rowFiltering(.equal(field: "c_hashed", text: "c20ad4d76fe97759aa27a0c99bff6710"))),
                Mapper(.fieldFiltering("b")),
            ])
        #expect(try text(#"{"q":9,"a":12,"b":1}"#, mapping) == #"{"c_hashed":"c20ad4d76fe97759aa27a0c99bff6710"}"#)
        #expect(try Array(#"{"a":13}"#.utf8).withUnsafeBufferPointer { try mapping.apply(to: $0) } == .drop)
    }

    static let refused: [(MapperError.Code, JSON)] = [
        (.missingMapper, ["name": "shuffling", "config": [:]]),
        (.invalidConfig, ["config": [:]]),
        (.invalidConfig, ["name": "hashing"]),
        (.invalidConfig, ["name": "hashing", "config": ["targetField": "a", "method": "MD2"]]),
        (.invalidConfig, ["name": "hashing", "config": ["targetField": "a", "method": "CRC"]]),
        (.invalidConfig, ["name": "field-renaming", "config": ["originalFieldName": "a"]]),
        (.invalidConfig, ["name": "field-filtering", "config": ["targetField": 3]]),
        (.invalidConfig, ["name": "row-filtering", "config": ["conditions": ["type": "XOR"]]]),
        (.invalidConfig, ["name": "row-filtering", "config": ["conditions": ["type": "AND", "conditions": []]]]),
        (.invalidConfig, aes("CTR", "PKCS5Padding", "00112233445566778899aabbccddeeff")),
        (.invalidConfig, aes("CBC", "PKCS5Padding", "0011")),
        (.invalidConfig, aes("CBC", "PKCS5Padding", "zz")),
        (
            .invalidConfig,
            ["name": "encryption", "config": ["algorithm": "RSA", "targetField": "a", "publicKey": "00ff"]]
        ),
    ]

    @Test(.proves("2.11-errors"), arguments: refused)
    func `2_11 a configuration that cannot be carried out is refused by its kind`(
        code: MapperError.Code, json: JSON
    ) throws {
        let error = #expect(throws: MapperError.self) { try Mapper(json: json) }
        #expect(error?.code == code)
    }

    private static func aes(_ mode: String, _ padding: String, _ key: String) -> JSON {
        [
            "name": "encryption",
            "config": [
                "algorithm": "AES", "targetField": "a", "mode": .string(mode), "padding": .string(padding),
                "key": .string(key),
            ],
        ]
    }
}

func mapper(_ name: String, _ config: JSON) throws -> RecordMapping {
    try RecordMapping(selection: nil, mappers: [Mapper(json: ["name": .string(name), "config": config])])
}

func map(_ record: String, _ mapping: RecordMapping) throws -> MappedRecord {
    try Array(record.utf8).withUnsafeBufferPointer { try mapping.apply(to: $0) }
}

/// The record that came out; nil where it was dropped or is as it was.
func text(_ record: String, _ mapping: RecordMapping) throws -> String? {
    guard case .keep(let bytes, []) = try map(record, mapping) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
}
