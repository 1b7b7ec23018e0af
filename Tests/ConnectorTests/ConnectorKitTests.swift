import Airbyte
import ConnectorKit
import Glibc
import JSON
import Posix
import Testing

@Suite("The parts of the connector kit", .timeLimit(.minutes(5)))
struct ConnectorKitTests {
    @Test func `a quote is doubled in a name and a text, whatever accent stands behind it`() {
        #expect(quote("a\"\u{301}b\"").unicodeScalars.elementsEqual("\"a\"\"\u{301}b\"\"\"".unicodeScalars))
        #expect(literal("a'\u{301}\\\u{301}").unicodeScalars.elementsEqual("E'a''\u{301}\\\\\u{301}'".unicodeScalars))
        #expect(quote("") == "\"\"")
    }

    @Test func `the scanner takes exactly what the parser takes`() throws {
        let seeds = [
            #"{"a":[1,-0.5e+3,"x\"\u00e9",{"b":null}],"c":true ,"d":{}, "e":[]}"#, #"["\ud83d\ude00",false]"#, "  12  ",
            #"{"k":{"k":{"k":[[[]]]}}}"#, "-0", "01", "1.", "[1,]", "{,}", #"{"a" 1}"#, #""\x""#, "\"\u{1}\"", "tru",
            "", "[1] 2",
        ]
        var random = SystemRandomNumberGenerator()
        let alphabet = Array(#"{}[],:"\u0e1-+. tfn"#.utf8)
        var texts = seeds.map { Array($0.utf8) }
        for seed in seeds {
            for _ in 0..<200 {
                var bytes = Array(seed.utf8)
                for _ in 0...Int.random(in: 0..<3, using: &random) where !bytes.isEmpty {
                    let at = Int.random(in: 0..<bytes.count, using: &random)
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: bytes.remove(at: at)
                    case 1: bytes.insert(alphabet.randomElement(using: &random) ?? 0, at: at)
                    default: bytes[at] = alphabet.randomElement(using: &random) ?? 0
                    }
                }
                texts.append(bytes)
            }
        }
        for text in texts {
            let isJSON = (try? JSON.parse(text)) != nil
            let isTaken = text.withUnsafeBufferPointer { bytes in
                var scanner = JSONScanner(bytes)
                return scanner.value() != nil && scanner.isAtEnd()
            }
            #expect(isTaken == isJSON, "\(String(decoding: text, as: UTF8.self))")
        }
    }

    @Test func `nesting without end is refused`() {
        let text = Array(String(repeating: "[", count: 100_000).utf8)
        text.withUnsafeBufferPointer { bytes in
            var scanner = JSONScanner(bytes)
            #expect(scanner.value() == nil)
        }
    }

    @Test(arguments: [
        #"{"type":"RECORD"}"#, #"{"type":"RECORD","record":{"stream":"s","data":[],"emitted_at":1}}"#,
        #"{"type":"RECORD","record":{"stream":"s","data":{}}}"#,
        #"{"type":"RECORD","record":{"data":{},"emitted_at":1}}"#,
        #"{"type":"RECORD","record":{"stream":"s","namespace":1,"data":{},"emitted_at":1}}"#, #"{"record":{}}"#, "[]",
        #"{"type":"STATE"}"#, #"{"type":"RECORD","record":5}"#,
    ])
    func `messages that lack something are refused`(line: String) {
        Array(line.utf8).withUnsafeBufferPointer { #expect(MessageScanner.scan($0) == nil) }
    }

    @Test func `lines come whole, however they were written`() async throws {
        let long = String(repeating: "y", count: 700_000)
        let lines = ["one", "", long, "last without a line feed"]
        let pipe = try Pipe()
        Thread.start {
            let bytes = Array(lines.joined(separator: "\n").utf8)
            var rest = bytes[...]
            var size = 1
            while !rest.isEmpty {
                try? pipe.writer.write(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
                size = size * 3 % 65_537
            }
            pipe.writer.close()
        }
        let read = try await Thread.value {
            let reader = LineReader(pipe.reader.raw)
            return try withExtendedLifetime(reader) {
                var read: [String] = []
                while case .line(let line) = try reader.next() { read.append(String(decoding: line, as: UTF8.self)) }
                return read
            }
        }
        #expect(read == lines)
    }

    @Test func `a line without end is refused and a silence is told`() async throws {
        let pipe = try Pipe()
        try await Thread.value {
            let reader = LineReader(pipe.reader.raw, longest: 1000)
            guard case .idle = try reader.next(waiting: 1) else { throw ConnectorError(.system, "not idle") }
            try pipe.writer.write(Array(repeating: 65, count: 2000))
            #expect(throws: ConnectorError.self) { try reader.next() }
        }
    }

    @Test(arguments: [
        (#"{"type":["null","string"]}"#, ColumnType.string), (#"{"type":"string","format":"date"}"#, .date),
        (#"{"type":"string","format":"date-time"}"#, .timestampWithTimezone),
        (#"{"type":"string","format":"date-time","airbyte_type":"timestamp_without_timezone"}"#, .timestamp),
        (#"{"type":"string","format":"time","airbyte_type":"time_with_timezone"}"#, .timeWithTimezone),
        (#"{"type":"number","airbyte_type":"integer"}"#, .integer), (#"{"type":["integer","number"]}"#, .number),
        (#"{"type":["string","integer"]}"#, .json), (#"{}"#, .json), (#"{"type":"object"}"#, .json),
        (#"{"oneOf":[{"type":"null"},{"type":"boolean"}]}"#, .boolean),
        (#"{"oneOf":[{"type":"string"},{"type":"boolean"}]}"#, .json),
        (##"{"$ref":"WellKnownTypes.json#/definitions/TimestampWithTimezone"}"##, .timestampWithTimezone),
    ])
    func `a schema names its column's type`(schema: String, type: ColumnType) throws {
        #expect(ColumnType(schema: try JSON.parse(schema)) == type)
    }

    @Test func `widening never narrows and has an end`() {
        for a in ColumnType.allCases {
            for b in ColumnType.allCases {
                let wide = a.widened(to: b)
                #expect(wide.widened(to: a) == wide)
                #expect(wide.widened(to: b) == wide)
            }
        }
    }

    @Test func `names fit, differ and stay`() {
        let rules = IdentifierRules(maximumBytes: 63, ignoresCase: true)
        let long = String(repeating: "é", count: 100)
        let names = ["a", "A", "a b", "a_b", "", "?", long, long + "!", "x_swiftlet_tmp", "\u{e9}", "e\u{301}"]
        let assigned = rules.assign(names.map { ($0, $0) })
        #expect(Set(assigned.map { $0.lowercased() }).count == names.count)
        #expect(assigned.allSatisfy { $0.utf8.count <= 63 && !$0.isEmpty })
        #expect(assigned == rules.assign(names.reversed().map { ($0, $0) }).reversed())
        #expect(assigned[3] == "a_b")
        let temporary = rules.temporary(of: TableName(name: assigned[6]))
        #expect(temporary.name.utf8.count <= 63)
        #expect(!assigned.contains(temporary.name))
    }

    @Test func `a key that is null counts as not there`() throws {
        let configuration = try Configuration(["a": nil, "b": nil, "c": nil])
        #expect(try configuration.string("a") == nil)
        #expect(try configuration.section("b") == nil)
        #expect(try configuration.integer("c", in: 0...1) == nil)
    }

    @Test func `a configuration names the key that is wrong and never its value`() throws {
        let configuration = try Configuration(["a": "hush", "n": "12", "s": ["inner": 5]])
        #expect(try configuration.integer("n", in: 0...20) == 12)
        #expect(try configuration.string("absent") == nil)
        for body: () throws -> Void in [
            { _ = try configuration.required("absent") }, { _ = try configuration.integer("a", in: 0...5) },
            { _ = try configuration.boolean("a") }, { _ = try configuration.section("s")?.required("inner") },
            { _ = try configuration.strings("a") },
        ] {
            let error = #expect(throws: ConnectorError.self) { try body() }
            #expect(error?.code == .config)
            #expect(error?.message.contains("hush") == false)
        }
    }
}
