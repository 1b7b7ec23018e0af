import Airbyte
import JSON
import Posix
import TestKit
import Testing

@Suite("Scanning envelopes")
struct EnvelopeScannerTests {
    @Test(.proves("1.1-lines"), arguments: 1...8)
    func `the scanner agrees with the parser on any order, spacing and escape`(seed: UInt64) {
        var lines = RandomLine(random: SeededRandom(state: seed))
        var scanner = EnvelopeScanner()
        for _ in 0..<rounds(1500) {
            let json = lines.message()
            let line = lines.line(json)
            let found = scan(line, with: &scanner)
            #expect(found == expected(json), "\(String(decoding: line, as: UTF8.self))")
        }
    }

    @Test func `a remembered prefix gives the same answer as a full walk`() {
        var lines = RandomLine(random: SeededRandom(state: 99))
        var warm = EnvelopeScanner()
        var hits = 0
        for index in 0..<rounds(3000) {
            let json: JSON = [
                "type": "RECORD",
                "record": [
                    "stream": .string("s\(index % 5)"), "namespace": "n", "data": lines.object(depth: 0),
                    "emitted_at": 5,
                ],
            ]
            let line = json.bytes
            var cold = EnvelopeScanner()
            let expected = scan(line, with: &cold)
            #expect(scan(line, with: &warm) == expected)
            line.withUnsafeBufferPointer { if warm.scan($0).isNamedByPrefix { hits += 1 } }
        }
        #expect(hits > 2000)
    }

    @Test func `behind a remembered prefix every end of a line is read as in a full walk`() {
        let data = [#"{"a":1}"#, #"{"a":{"b":"}"}}"#, "{}", "{ }", #"{ "a":1}"#, #"{"a":[1,2"#]
        let tails = [
            #","emitted_at":12}}"#, #","emitted_at":98}}"#, #","emitted_at":123}}"#, #","emitted_at":02}}"#,
            #","emitted_at":1e}}"#, #","emitted_at":-1}}"#, #","emitted_at":12}} "#, #","emitted_at":12},"#,
            #","emitted_ax":12}}"#, "}}", "}", #","emitted_at":12},"type":"LOG"}"#, #","emitted_at":12},"type":1}"#,
            #","emitted_at":12,"stream":"b"}}"#, #","emitted_at":12,"data":{"c":1}}}"#,
            #","emitted_at":12,"data":{}}}"#,
            #","emitted_at":12,"meta":{}}}"#, #","emitted_at":12},"record":{}}"#, #","emitted_at":12},"record":1}"#,
            #","emitted_at":12,"namespace":"n"}}"#, #","emitted_at":12,"namespace":3}}"#,
            #","emitted_at":12,"data":1}}"#,
            #","emitted_at":{"x":3},"emitted_at":12}}"#, #","emitted_at":12},"record":{"stream":"b","data":{"y":2}}}"#,
        ]
        var random = SeededRandom(state: 7)
        var warm = EnvelopeScanner()
        var records = 0
        for _ in 0..<rounds(4000) {
            let text =
                #"{"type":"RECORD","record":{"stream":"a","data":"#
                + (data.randomElement(using: &random) ?? "") + (tails.randomElement(using: &random) ?? "")
            let line = Array(text.utf8)
            var cold = EnvelopeScanner()
            let expected = scan(line, with: &cold)
            for _ in 0..<2 { #expect(scan(line, with: &warm) == expected, "\(text)") }
            if expected?.kind == .record { records += 1 }
        }
        #expect(records > 1000)
    }

    @Test func `a line cut anywhere is garbage`() {
        let line = Array(
            #"{"type":"RECORD","record":{"stream":"a\"}","data":{"x":"}}{\\","y":[{"z":1}]},"emitted_at":12}}"#.utf8)
        var scanner = EnvelopeScanner()
        #expect(scan(line, with: &scanner)?.stream == .string("a\"}"))
        for length in 0..<line.count {
            let kind = line[..<length].withUnsafeBufferPointer { scanner.scan($0).kind }
            #expect(kind == .garbage, "\(length)")
        }
    }

    @Test(arguments: [
        #"{"type":"RECORD","record":{"stream":"a","data":{"x":1},"emitted_at":1}} x"#,
        #"{"type":"RECORD","record":{"stream":"a","data":{"x":1},"emitted_at":1}}{"type":"RECORD"}"#,
        #"{"type":"RECORD","record":{"stream":"a","data":{"x":1},"emitted_at":1},}"#,
        #"{"type":"RECORD" "record":{"stream":"a","data":{"x":1},"emitted_at":1}}"#,
        #"{"type":"RECORD","record":{"stream":"a","data":{"x":1},"emitted_at":01}}"#,
        #"{"type":"RECORD","record":{"stream":"a","data":{"x":1},"emitted_at":tru}}"#,
        #"[{"type":"RECORD"}]"#, #""RECORD""#, "", " ", "null", "Loading…", #"{"record":{}}"#,
    ])
    func `what is no single message is garbage`(text: String) {
        var scanner = EnvelopeScanner()
        #expect(Array(text.utf8).withUnsafeBufferPointer { scanner.scan($0).kind } == .garbage)
    }

    @Test(.proves("1.1-bytes")) func `bytes that are no UTF-8 and zeros inside the data do not matter`() {
        var line = Array(#"{"type":"RECORD","record":{"stream":"a","data":{"x":""#.utf8)
        line += [0xFF, 0xC0, 0, 0x80]
        line += Array(#""},"emitted_at":1}}"#.utf8)
        var scanner = EnvelopeScanner()
        #expect(line.withUnsafeBufferPointer { scanner.scan($0).kind } == .record)
    }

    @Test func `of a repeated key the last counts`() {
        let line = Array(
            #"{"type":"LOG","record":{"stream":"b","data":{"x":1}},"record":{"stream":"a","stream":"c","data":{"y":1}},"type":"RECORD"}"#
                .utf8)
        var scanner = EnvelopeScanner()
        for _ in 0..<2 {
            let found = scan(line, with: &scanner)
            #expect(found?.stream == "c")
            #expect(found?.data == ["y": 1])
            #expect(line.withUnsafeBufferPointer { scanner.scan($0).isAmbiguous })
        }
    }

    private struct Found: Equatable {
        var kind: Envelope.Kind
        var stream: JSON?
        var namespace: JSON?
        var data: JSON?
        var emittedAt: JSON?
        var hasExtras = false
    }

    private func scan(_ line: [UInt8], with scanner: inout EnvelopeScanner) -> Found? {
        line.withUnsafeBufferPointer { line in
            let envelope = scanner.scan(line)
            func part(_ range: Range<Int>?) -> JSON? {
                range.flatMap { try? JSON.parse(UnsafeBufferPointer(rebasing: line[$0])) }
            }
            return Found(
                kind: envelope.kind, stream: part(envelope.stream), namespace: part(envelope.namespace),
                data: part(envelope.data), emittedAt: part(envelope.emittedAt), hasExtras: envelope.hasExtras)
        }
    }

    /// What the rules say, read from the parsed value.
    private func expected(_ json: JSON) -> Found {
        let kinds: [String: Envelope.Kind] = [
            "RECORD": .record, "STATE": .state, "LOG": .log, "TRACE": .trace, "CONTROL": .control, "SPEC": .spec,
            "CONNECTION_STATUS": .connectionStatus, "CATALOG": .catalog,
            "DESTINATION_CATALOG": .destinationCatalog,
        ]
        guard let type = json["type"]?.stringValue else { return Found(kind: .garbage) }
        let kind = kinds[type] ?? .other
        guard kind == .record else { return Found(kind: kind) }
        let record = json["record"]
        let namespace = record?["namespace"]
        guard let stream = record?["stream"], stream.stringValue != nil, let data = record?["data"],
            let object = data.objectValue, !object.isEmpty, namespace?.stringValue != nil || namespace?.isNull ?? true
        else { return Found(kind: .malformedRecord) }
        let known = ["stream", "namespace", "data", "emitted_at"]
        return Found(
            kind: .record, stream: stream, namespace: namespace, data: data, emittedAt: record?["emitted_at"],
            hasExtras: record?.objectValue?.keys.contains { !known.contains($0) } ?? false)
    }
}

/// A hundred times as many under `make fuzz`.
private func rounds(_ count: Int) -> Int { Environment.current["SWIFTLET_FUZZ"] == nil ? count : count * 100 }
