import Airbyte
import CScan
import JSON
import Posix
import Testing

@Suite("Lines alike")
struct RecordLinesTests {
    @Test(arguments: 1...6)
    func `lines that are taken together say what each says by itself`(seed: UInt64) {
        var text = RandomText(seed)
        var together = 0
        for _ in 0..<rounds(60) {
            let lines = text.lines(Int.random(in: 2...40, using: &text.random))
            let bytes = lines.joined(separator: [10]) + [10]
            together += check(Array(bytes), lines)
        }
        #expect(together > 100)
    }

    @Test(arguments: 1...6)
    func `bytes that were changed anywhere make no difference to that`(seed: UInt64) {
        var text = RandomText(seed &* 77)
        for _ in 0..<rounds(150) {
            var bytes = Array(text.lines(12).joined(separator: [10])) + [10]
            for _ in 0...Int.random(in: 0...6, using: &text.random) { text.change(&bytes) }
            var lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
            if lines.last?.isEmpty == true { lines.removeLast() } else { bytes.append(10) }
            _ = check(bytes, lines)
        }
    }

    @Test(arguments: [
        #"{"type":"RECORD","record":{"stream":"a","data":{},"emitted_at":12}}"#,
        #"{"type":"RECORD","record":{"stream":"a","data":{ },"emitted_at":12}}"#,
        #"{"type":"RECORD","record":{"stream":"a","data":{"x":1},"emitted_at":012}}"#,
        #"{"type":"RECORD","record":{"stream":"a","data":{"x":1},"emitted_at":}}"#,
        #"{"type":"RECORD","record":{"stream":"a","data":{"x":1},"emitted_at":-1}}"#,
        #"{"type":"RECORD","record":{"stream":"a","data":{"x":1},"emitted_at":12}"#,
        #"{"type":"RECORD","record":{"stream":"a","data":{"x":1},"emitted_at":12}} "#,
        #"{"type":"RECORD","record":{"stream":"a","data":{"x":"},"emitted_at":12}}"#,
        #"{"type":"RECORD","record":{"stream":"b","data":{"x":1},"emitted_at":12}}"#,
        #"{"type":"RECORD","record":{"stream":"a","data":{"x":[1},"emitted_at":12}}"#,
        "", " ",
    ])
    func `a line that differs elsewhere, or is cut, ends them and swallows none`(odd: String) {
        let good = Array(#"{"type":"RECORD","record":{"stream":"a","data":{"x":"}\""},"emitted_at":1700}}"#.utf8)
        let alike = alike(good, good + [10] + good + [10] + Array(odd.utf8) + [10] + good + [10])
        #expect(alike.records == 2)
        #expect(alike.length == 2 * (good.count + 1))
        #expect(alike.dataBytes == 2 * #"{"x":"}\""}"#.utf8.count)
    }

    @Test func `a line whose newline has not come is not taken, wherever it stops`() {
        let good = Array(#"{"type":"RECORD","record":{"stream":"a","data":{"x":"y"},"emitted_at":1700}}"#.utf8)
        for length in 0...good.count {
            #expect(alike(good, good + [10] + good[..<length]).records == 1, "\(length)")
        }
        #expect(alike(good, good + [10] + good + [10]).records == 2)
    }

    @Test func `renamed lines go out as far as there is room, and never in part`() {
        let good = Array(#"{"type":"RECORD","record":{"stream":"a","data":{"x":"y"},"emitted_at":1700}}"#.utf8)
        let rest = Array(repeatElement(good + [10], count: 5).joined())
        let prefix = Array(#"{"type":"RECORD","record":{"stream":"other","data":{"#.utf8)
        let renamed = Array(#"{"type":"RECORD","record":{"stream":"other","data":{"x":"y"},"emitted_at":1700}}"#.utf8)
        for room in 0...(5 * renamed.count + 10) {
            let (out, lines) = rename(good, rest, prefix, room)
            let fitting = min(5, room / (renamed.count + 1))
            #expect(lines.records == fitting)
            #expect(lines.length == fitting * (good.count + 1))
            #expect(lines.isFull == (fitting < 5))
            #expect(out == Array(repeatElement(renamed + [10], count: fitting).joined()))
        }
    }

    @Test(arguments: 1...4)
    func `the scan by words finds what the scan by vectors finds`(seed: UInt64) {
        var random = SeededRandom(state: seed)
        let alphabet = Array(#"{}[]"\aaaa{}"#.utf8) + [10, 0, 0xDB, 0xFB, 0x7B ^ 0x80, 0x02]
        for _ in 0..<rounds(4000) {
            let count = Int.random(in: 1...300, using: &random)
            let bytes =
                [UInt8(ascii: "{")] + (1..<max(2, count)).map { _ in alphabet.randomElement(using: &random) ?? 0 }
            let wide = cscan_nested_end(bytes, 0, bytes.count)
            let words = cscan_nested_end_by_words(bytes, 0, bytes.count)
            #expect(wide == words)
            #expect(wide == plainEnd(bytes))
        }
    }

    /// Both scans of a text, line by line and together. Returns how many lines were taken together.
    private func check(_ bytes: [UInt8], _ lines: [[UInt8]]) -> Int {
        var scanner = EnvelopeScanner()
        var index = 0
        var at = 0
        var together = 0
        while index < lines.count {
            let first = lines[index]
            let envelope = first.withUnsafeBufferPointer { scanner.scan($0) }
            index += 1
            at += first.count + 1
            let rest = Array(bytes[at...])
            let alike = alike(first, rest, envelope)
            guard envelope.kind == .record else {
                #expect(alike == RecordLines())
                continue
            }
            agree(first, envelope, rest, alike)
            let taken = lines[index..<(index + alike.records)]
            #expect(alike.length == taken.reduce(0) { $0 + $1.count + 1 })
            var dataBytes = 0
            let name = Name(first, envelope)
            for line in taken {
                var cold = EnvelopeScanner()
                let alone = line.withUnsafeBufferPointer { cold.scan($0) }
                #expect(alone.kind == .record, "\(String(decoding: line, as: UTF8.self))")
                #expect(Name(line, alone) == name)
                #expect(alone.hasExtras == envelope.hasExtras)
                dataBytes += alone.data?.count ?? 0
            }
            #expect(alike.dataBytes == dataBytes)
            if let prefix = envelope.prefix, envelope.isNamedByPrefix, envelope.data?.lowerBound == prefix.length - 1 {
                let new = Array("new".utf8)
                let expected = Array(taken.map { new + $0[prefix.length...] + [10] }.joined())
                let (out, renamed) = rename(first, rest, new, 1 << 20, envelope)
                #expect(out == expected)
                #expect(renamed.records == alike.records && renamed.dataBytes == dataBytes)
            }
            index += alike.records
            at += alike.length
            together += alike.records
        }
        return together
    }

    /// The same, by words and by vectors.
    private func agree(_ first: [UInt8], _ envelope: Envelope, _ rest: [UInt8], _ expected: RecordLines) {
        guard let data = envelope.data else { return }
        first.withUnsafeBufferPointer { line in
            guard let base = line.baseAddress else { return }
            let number = envelope.emittedAt.flatMap { $0.lowerBound > data.upperBound ? $0 : nil }
            let isPlain =
                number.map {
                    JSON.integer(Int(String(decoding: line[$0], as: UTF8.self)) ?? -1).bytes.elementsEqual(line[$0])
                        && line[$0].first != 45
                } ?? false
            let left = isPlain ? number ?? 0..<0 : line.count..<line.count
            var memo = cscan_memo(
                prefix: base, prefix_length: data.lowerBound + 1, head: base + data.upperBound,
                head_length: left.lowerBound - data.upperBound, tail: base + left.upperBound,
                tail_length: line.count - left.upperBound, has_number: isPlain ? 1 : 0)
            let words = cscan_lines_alike_by_words(rest, 0, rest.count, &memo)
            #expect(words.records == expected.records && words.end == expected.length)
            #expect(words.data == expected.dataBytes)
            var wide = [UInt8](repeating: 1, count: rest.count / 2)
            var narrow = wide
            let byVectors = cscan_rename(rest, 0, rest.count, &memo, base, 3, &wide, wide.count)
            let byWords = cscan_rename_by_words(rest, 0, rest.count, &memo, base, 3, &narrow, narrow.count)
            #expect(wide == narrow && byVectors.end == byWords.end && byVectors.is_full == byWords.is_full)
        }
    }

    private struct Name: Equatable {
        var stream: JSON?
        var namespace: JSON?

        init(_ line: [UInt8], _ envelope: Envelope) {
            stream = envelope.stream.flatMap { try? JSON.parse(Array(line[$0])) }
            namespace = envelope.namespace.flatMap { try? JSON.parse(Array(line[$0])) }
        }
    }

    private func alike(_ first: [UInt8], _ rest: [UInt8], _ envelope: Envelope? = nil) -> RecordLines {
        first.withUnsafeBufferPointer { line in
            var scanner = EnvelopeScanner()
            let envelope = envelope ?? scanner.scan(line)
            return rest.withUnsafeBufferPointer { envelope.linesAlike(line, $0) }
        }
    }

    private func rename(
        _ first: [UInt8], _ rest: [UInt8], _ prefix: [UInt8], _ room: Int, _ envelope: Envelope? = nil
    ) -> ([UInt8], RecordLines) {
        var lines = RecordLines()
        let out = [UInt8](unsafeUninitializedCapacity: max(1, room)) { buffer, count in
            lines = first.withUnsafeBufferPointer { line in
                var scanner = EnvelopeScanner()
                let envelope = envelope ?? scanner.scan(line)
                let space = UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: room)
                return rest.withUnsafeBufferPointer { envelope.renameAlike(line, $0, prefix: prefix, into: space) }
            }
            count = lines.written
        }
        return (out, lines)
    }

    /// The end of what opens at the first byte, found byte by byte; -1 if there is none.
    private func plainEnd(_ bytes: [UInt8]) -> Int {
        var depth = 0
        var isInString = false
        var isEscaped = false
        for (index, byte) in bytes.enumerated() {
            let wasEscaped = isEscaped
            isEscaped = byte == UInt8(ascii: "\\") && !wasEscaped
            if byte == UInt8(ascii: "\"") {
                if !wasEscaped { isInString.toggle() }
            } else if !isInString, byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                depth += 1
            } else if !isInString, byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") {
                depth -= 1
                if depth == 0 { return index + 1 }
            }
        }
        return -1
    }
}

/// Lines of which many differ in nothing but data and time.
private struct RandomText {
    var random: SeededRandom
    private var source: RandomLine

    init(_ seed: UInt64) {
        random = SeededRandom(state: seed)
        source = RandomLine(random: SeededRandom(state: seed &+ 1))
    }

    private static let frames: [(head: String, tail: [String])] = [
        (#"{"type":"RECORD","record":{"stream":"a","data":"#, [#","emitted_at":"#, "}}"]),
        (#"{"type":"RECORD","record":{"namespace":"n","stream":"a","data":"#, [#","emitted_at":"#, "}}\r"]),
        (#"{"record": {"stream": "a", "data": "#, [#", "emitted_at": "#, #"}, "type": "RECORD"}"#]),
        (#"{"record":{"data":"#, [#","emitted_at":"#, #","stream":"b","meta":{}},"type":"RECORD"}"#]),
        (#"{"type":"RECORD","record":{"emitted_at":5,"stream":"a","data":"#, ["}}"]),
        (#"{"type":"RECORD","record":{"stream":"a","data":{"z":1},"data":"#, [#","emitted_at":"#, "}}"]),
    ]

    mutating func lines(_ count: Int) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        while lines.count < count {
            if Int.random(in: 0..<6, using: &random) == 0 {
                lines.append(source.line(source.message()))
                continue
            }
            let frame = Self.frames[Int.random(in: 0..<Self.frames.count, using: &random)]
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                var line = Array(frame.head.utf8) + source.line(source.object(depth: 0)).filter { $0 != 13 }
                let times = ["0", "7", "1700000000000", "12", "01", "1.5", "null", "\"5\""]
                let common = Int.random(in: 0..<5, using: &random) != 0
                let time = common ? "1\(line.count)" : times.randomElement(using: &random) ?? ""
                line += Array(frame.tail.joined(separator: time).utf8)
                lines.append(line)
            }
        }
        return lines
    }

    mutating func change(_ bytes: inout [UInt8]) {
        let at = Int.random(in: 0..<bytes.count, using: &random)
        let byte = Array("{}[]\"\\:,0 \n\r\u{0}x".utf8).randomElement(using: &random) ?? 0
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[at] = byte
        case 1: bytes.insert(byte, at: at)
        default: bytes.remove(at: at)
        }
    }
}

/// A hundred times as many under `make fuzz`.
private func rounds(_ count: Int) -> Int { Environment.current["SWIFTLET_FUZZ"] == nil ? count : count * 100 }
