import JSON
import Mapping
import Testing

@Suite("protocol.md 1.11: records and their schemas")
struct RecordSchemaTests {
    private func misfits(_ data: String, _ properties: JSON) throws -> [RecordSchema.Misfit] {
        let schema = RecordSchema(["type": "object", "properties": properties])
        return try Array(data.utf8).withUnsafeBufferPointer { try schema.misfits($0, limit: 100) }
    }

    private func fit(_ data: String, _ properties: JSON) throws -> (text: String?, changes: [String]) {
        let schema = RecordSchema(["type": "object", "properties": properties])
        var out: [UInt8] = []
        let changes = try Array(data.utf8).withUnsafeBufferPointer { try schema.fit($0, into: &out) }
        if !out.isEmpty { _ = try JSON.parse(out) }
        return (out.isEmpty ? nil : String(decoding: out, as: UTF8.self), changes.map(\.field))
    }

    @Test(
        arguments: [
            (["type": "string"], #""x""#), (["type": ["null", "string"]], "null"), ([:], "[1]"),
            (["type": "integer"], "-7"), (["type": "integer"], "2.0"), (["type": "integer"], "1e3"),
            (["type": "number"], "7"), (["type": "number"], "-0.5e-3"), (["type": "number"], #""12.50""#),
            (["type": "number"], #""-Infinity""#), (["type": "integer"], #""12""#), (["type": "integer"], #""NaN""#),
            (["type": "number", "airbyte_type": "integer"], "7"), (["oneOf": [["type": "string"]]], "7"),
            (["anyOf": []], "{}"), (["type": ["string", "wondrous"]], "7"), (["type": "array"], "[]"),
            (["type": ["object", "boolean"]], "true"), (["type": "object"], #"{"a":1}"#),
            (["type": "string"], "null"),
        ] as [(JSON, String)])
    func `values that have one of the types fit`(schema: JSON, value: String) throws {
        #expect(try misfits(#"{"f": \#(value) }"#, ["f": schema]).isEmpty)
    }

    @Test(
        arguments: [
            (["type": "string"], "7", .integer),
            (["type": "integer"], "2.5", .number), (["type": "integer"], #""2.5""#, .string),
            (["type": "number"], #""twelve""#, .string), (["type": "number"], #""""#, .string),
            (["type": "number", "airbyte_type": "integer"], "7.5", .number),
            (["type": "object"], "[]", .array), (["type": ["null", "boolean"]], "{}", .object),
            (["type": "array"], "true", .boolean),
        ] as [(JSON, String, JSONTypes)])
    func `others do not, and their type is told`(schema: JSON, value: String, seen: JSONTypes) throws {
        let misfit = try #require(try misfits(#"{"f":\#(value)}"#, ["f": schema]).first)
        #expect(misfit.field == "f" && misfit.seen == seen && misfit.expected == JSONTypes(schema: schema))
        #expect(!misfit.sentence.contains("twelve"))
    }

    @Test func `only the fields at the top are looked at, and unknown ones are told by name`() throws {
        let found = try misfits(#"{"a":{"a":"x"},"b":1,"\u0063":2}"#, ["a": ["type": "object"], "c": [:]])
        #expect(found.map(\.field) == ["b"])
        #expect(found.first?.expected == nil)
    }

    @Test func `a schema without properties says nothing, and a keyword's name stands for the plain one`() throws {
        let data = Array(#"{"a":1}"#.utf8)
        #expect(try data.withUnsafeBufferPointer { try RecordSchema(["type": "object"]).firstMisfit($0) } == nil)
        #expect(try misfits(#"{"id":1,"$id":1}"#, ["$id": ["type": "integer"]]).isEmpty)
    }

    @Test(
        arguments: [
            (#"{"x":1,"a":1}"#, #"{"a":1}"#, ["x"]), (#"{"a":1,"x":1}"#, #"{"a":1}"#, ["x"]),
            (#"{"x":1}"#, "{}", ["x"]), (#"{ "x" : 1 , "y":[] , "a":1 , "z":{} }"#, nil, ["x", "y", "z"]),
            (#"{"a":"q","b":1}"#, #"{"a":null,"b":null}"#, ["a", "b"]), (#"{"a":1,"b":"s"}"#, nil, []),
            (#"{"a":"q","x":1,"b":"s"}"#, #"{"a":null,"b":"s"}"#, ["a", "x"]), ("{}", nil, []),
            (#"{"a":null}"#, nil, []),
        ] as [(String, String?, [String])])
    func `what does not fit is left out or nulled, and named`(data: String, wanted: String?, names: [String]) throws {
        let (text, changes) = try fit(data, ["a": ["type": "integer"], "b": ["type": "string"]])
        #expect(changes == names)
        if let wanted { #expect(text == wanted) } else { #expect((text == nil) == names.isEmpty) }
    }

    @Test func `records of many unknown fields fit after one pass`() throws {
        var record = JSONObject()
        for index in 0..<200 { record[index % 3 == 0 ? "k\(index)" : "u\(index)"] = .integer(index) }
        var properties: JSON = [:]
        for index in stride(from: 0, to: 200, by: 3) { properties["k\(index)"] = ["type": "integer"] }
        let (text, changes) = try fit(JSON.object(record).text, properties)
        #expect(changes.count == 133)
        #expect(try JSON.parse(Array((text ?? "").utf8)).objectValue?.keys == properties.objectValue?.keys)
    }
}

@Suite("protocol.md 1.14: keys of records")
struct RecordKeyTests {
    private func isPresent(_ data: String, _ paths: [[String]]) throws -> Bool {
        let key = try #require(RecordKey(paths))
        return try Array(data.utf8).withUnsafeBufferPointer { try key.isPresent(in: $0) }
    }

    @Test func `a key is there when any of its parts has a value`() throws {
        #expect(try isPresent(#"{"x":1,"id":0}"#, [["id"]]))
        #expect(try isPresent(#"{"a":null,"b":""}"#, [["a"], ["b"]]))
        #expect(try !isPresent(#"{"a":null,"c":1}"#, [["a"], ["b"]]))
        #expect(try !isPresent("{}", [["a"]]))
        #expect(try isPresent(#"{"\u0061":1}"#, [["a"]]))
    }

    @Test func `a path leads into objects`() throws {
        let path = [["a", "b"], ["a", "c"]]
        #expect(try isPresent(#"{"a":{"b":null,"c":2}}"#, path))
        #expect(try !isPresent(#"{"a":{"b":null,"d":2},"c":1}"#, path))
        #expect(try !isPresent(#"{"a":7}"#, path))
        #expect(RecordKey([]) == nil)
        #expect(RecordKey([[]]) == nil)
    }
}
