import Crypto
import JSON
import Mapping
import TestKit
import Testing

@Suite("Mapping records")
struct RecordMappingTests {
    @Test(.proves("2.9-fields")) func `2_9 only the selected keys are kept, whatever the spacing and the escapes`()
        throws
    {
        let mapping = try RecordMapping(selection: FieldSelection(["a", "ü", "$id"]), mappers: [])
        let kept = try text(" { \"\\u0061\" : [ 1 , 2 ] , \"b\":{\"a\":3}, \"ü\":1.50,\"$id\":null } ", mapping)
        #expect(kept == "{\"\\u0061\" : [ 1 , 2 ],\"ü\":1.50,\"$id\":null}")
        #expect(try map(#"{"a":1, "ü":2}"#, mapping) == .asItWas)
        #expect(try text(#"{"b":1}"#, mapping) == "{}")
    }

    @Test(arguments: ["", " ", "[]", "1", "null", "\"a\""])
    func `2_9 data that is no object is an error`(data: String) throws {
        let mapping = try RecordMapping(selection: FieldSelection(["a"]), mappers: [])
        let error = #expect(throws: RecordDataError.self) { try map(data, mapping) }
        #expect(error?.code == .notAnObject)
    }

    @Test(arguments: [
        "{", #"{"a"#, #"{"a":"#, #"{"a":1"#, #"{"a":1,}"#, #"{"a":1}x"#, #"{"a":01}"#, #"{"a":tru}"#, #"{"a":-}"#,
        #"{"a":1.}"#, #"{"a":1e}"#, #"{"a" 1}"#, #"{,"a":1}"#, #"{"\x":1}"#, #"{a:1}"#,
    ])
    func `broken data is an error`(data: String) throws {
        let mapping = try RecordMapping(selection: FieldSelection(["a"]), mappers: [])
        let error = #expect(throws: RecordDataError.self) { try map(data, mapping) }
        #expect(error?.code == .malformed)
    }

    @Test func `a field repeated without end is refused before it takes memory`() throws {
        let mapping = try RecordMapping(selection: nil, mappers: [Mapper(.fieldFiltering("a"))])
        let data = "{" + String(repeating: #""a":1,"#, count: 10_000) + #""a":1}"#
        let error = #expect(throws: RecordDataError.self) { try map(data, mapping) }
        #expect(error?.code == .tooManyRepeats)
    }

    @Test(arguments: 1...6)
    func `random records agree with a slow mapping of parsed ones`(seed: UInt64) throws {
        var random = SeededRandom(state: seed)
        let names = ["a", "b", "c", "aa", "ab", "a_long_name_1", "a_long_name_2", "é", "\"", "$id"]
        for _ in 0..<600 {
            func name() -> String { names.randomElement(using: &random) ?? "a" }
            let selection = Bool.random(using: &random) ? FieldSelection((0..<6).map { _ in name() }) : nil
            let kinds: [Mapper.Kind] = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                switch Int.random(in: 0...3, using: &random) {
                case 0: .renaming(from: name(), to: name())
                case 1: .fieldFiltering(name())
                case 2: .hashing(Hashing(field: name(), method: .md5, suffix: Bool.random(using: &random) ? "" : "b"))
                default:
                    .rowFiltering(
                        .or([.equal(field: name(), text: "7"), .not([.equal(field: name(), text: "x\n")])]))
                }
            }
            var record = JSONObject()
            for _ in 0..<Int.random(in: 0...8, using: &random) { record[name()] = value(&random) }
            let data = spaced(record, &random)
            let mapping = try RecordMapping(selection: selection, mappers: kinds.map { Mapper($0) })
            let expected = SlowMapping(selection: selection, kinds: kinds).apply(to: record)
            let found: JSON?
            switch try data.withUnsafeBufferPointer({ try mapping.apply(to: $0) }) {
            case .asItWas: found = .object(record)
            case .keep(let bytes, let changes):
                found = try JSON.parse(bytes)
                #expect(changes.isEmpty)
            case .drop: found = nil
            }
            #expect(found == expected.map(JSON.object), "\(String(decoding: data, as: UTF8.self)) \(kinds)")
            #expect(found?.objectValue?.keys == expected?.keys)
        }
    }

    @Test(arguments: 1...4)
    func `random bytes never crash it`(seed: UInt64) throws {
        var random = SeededRandom(state: seed)
        let mapping = try RecordMapping(
            selection: FieldSelection(["a", "b"]),
            mappers: [
                Mapper(.hashing(Hashing(field: "a", method: .md5))), Mapper(.renaming(from: "b", to: "a")),
                Mapper(.rowFiltering(.not([.equal(field: "a", text: "b")]))),
            ])
        let alphabet = Array(#"{{}}[]"""\\:::,,ab01-.eEtrufalsn u"#.utf8) + [0, 255, 0xC3]
        var read = 0
        for _ in 0..<20_000 {
            let start = Bool.random(using: &random) ? Array(#"{"a":"#.utf8) : []
            var data = start
            for _ in 0..<Int.random(in: 0...24, using: &random) {
                data.append(alphabet.randomElement(using: &random) ?? 0)
            }
            if Bool.random(using: &random) { data.append(UInt8(ascii: "}")) }
            if (try? data.withUnsafeBufferPointer { try mapping.apply(to: $0) }) != nil { read += 1 }
        }
        #expect(read > 0)
    }

    private func value(_ random: inout SeededRandom) -> JSON {
        let values: [JSON] = [
            null, 7, "7", "x\n", true, [1, ["a": 2]], ["a": "}\""], .number(JSONNumber(grammatical: "-1.50e+3")), "",
        ]
        return values.randomElement(using: &random) ?? null
    }

    private var null: JSON { .null }

    private func spaced(_ record: JSONObject, _ random: inout SeededRandom) -> [UInt8] {
        func space() -> String { ["", "", " ", "\t \n"].randomElement(using: &random) ?? "" }
        let members = record.map { key, value -> String in
            let escaped = key.utf16.map { unit -> String in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
            let token = Bool.random(using: &random) ? JSON.string(key).text : "\"\(escaped.joined())\""
            return space() + token + space() + ":" + space() + value.text + space()
        }
        return Array("{\(members.isEmpty ? space() : members.joined(separator: ","))}".utf8)
    }
}
