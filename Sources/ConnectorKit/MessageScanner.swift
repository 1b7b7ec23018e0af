import JSON

/// Finds in a line what a destination needs of it; the one place that knows an envelope's members.
package enum MessageScanner {
    /// A RECORD's parts as places in its line.
    package struct Record {
        package var stream: JSONScanner.Span
        /// Nil where it is missing or null.
        package var namespace: JSONScanner.Span?
        package var data: JSONScanner.Span
        /// Milliseconds since the epoch.
        package var emittedAt: Int64
        package var meta: JSONScanner.Span?
    }

    package enum Message {
        case record(Record)
        /// A block of rows follows the line.
        case rows
        case state
        case trace
        /// A type that means nothing to a destination.
        case other
    }

    /// Nil where the line is no message.
    package static func scan(_ line: UnsafeBufferPointer<UInt8>) -> Message? {
        var scanner = JSONScanner(line)
        guard scanner.enterObject() else { return nil }
        var type: JSONScanner.Span?
        var record: Record?
        var hasState = false
        while let key = scanner.nextKey() {
            if key.is("record", in: line), record == nil {
                record = self.record(&scanner, line)
                if scanner.hasFailed { return nil }
            } else {
                guard let value = scanner.value() else { return nil }
                if key.is("type", in: line) { type = value }
                if key.is("state", in: line) { hasState = value.kind == .object }
            }
        }
        guard scanner.isAtEnd(), let type, type.kind == .string else { return nil }
        if type.is("RECORD", in: line) { return record.map { .record($0) } }
        if type.is("STATE", in: line) { return hasState ? .state : nil }
        if type.is("ROWS", in: line) { return .rows }
        return type.is("TRACE", in: line) ? .trace : .other
    }

    /// Nil where a member is missing or of the wrong kind.
    private static func record(_ scanner: inout JSONScanner, _ line: UnsafeBufferPointer<UInt8>) -> Record? {
        guard scanner.enterObject() else { return nil }
        var stream: JSONScanner.Span?
        var namespace: JSONScanner.Span?
        var data: JSONScanner.Span?
        var meta: JSONScanner.Span?
        var emittedAt: Int64?
        while let key = scanner.nextKey() {
            guard let value = scanner.value() else { return nil }
            if key.is("data", in: line) {
                data = value
            } else if key.is("stream", in: line) {
                stream = value
            } else if key.is("emitted_at", in: line), value.kind == .number {
                emittedAt = JSONNumber(grammatical: value.text(in: line)).int64
            } else if key.is("namespace", in: line) {
                namespace = value
            } else if key.is("meta", in: line), value.kind == .object {
                meta = value
            }
        }
        guard let stream, stream.kind == .string, let data, data.kind == .object, let emittedAt else { return nil }
        if let kind = namespace?.kind, kind != .string {
            guard kind == .null else { return nil }
            namespace = nil
        }
        return Record(stream: stream, namespace: namespace, data: data, emittedAt: emittedAt, meta: meta)
    }
}

extension JSONScanner.Span {
    /// Whether this is the string `word`, written without escapes.
    func `is`(_ word: StaticString, in line: UnsafeBufferPointer<UInt8>) -> Bool {
        let length = word.utf8CodeUnitCount
        guard end - start == length + 2 else { return false }
        for index in 0..<length where line[start + 1 + index] != word.utf8Start[index] { return false }
        return true
    }

    /// The bytes as they stand, quotes and escapes included.
    func slice(of line: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: line[start..<end])
    }

    package func text(in line: UnsafeBufferPointer<UInt8>) -> String {
        String(decoding: slice(of: line), as: UTF8.self)
    }

    /// A string's value; nil for another kind.
    func string(in line: UnsafeBufferPointer<UInt8>) -> String? {
        guard kind == .string else { return nil }
        if !traits.contains(.escape) {
            return String(decoding: UnsafeBufferPointer(rebasing: line[(start + 1)..<(end - 1)]), as: UTF8.self)
        }
        return (try? JSON.parse(slice(of: line)))?.stringValue
    }
}
