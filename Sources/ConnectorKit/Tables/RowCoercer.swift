package import Airbyte
import JSON
import Time

/// Turns records of one stream into typed rows, one after the other in the same storage.
///
/// A value that its column cannot hold becomes NULL with an entry in the row's changes; a row is never refused.
package struct RowCoercer {
    package enum Cell {
        case null
        case bool(Bool)
        case integer(Int64)
        /// A place in `bytes`: valid UTF-8 without NUL. A number in JSON's grammar, or NaN or ±Infinity; times in ISO form.
        case text(Int, Int)
    }

    package enum Reason: String {
        case typecast = "DESTINATION_TYPECAST_ERROR"
        case size = "DESTINATION_FIELD_SIZE_LIMITATION"
        case serialization = "DESTINATION_SERIALIZATION_ERROR"
    }

    package let columns: [TableColumn]
    /// One per column.
    package private(set) var cells: [Cell]
    package internal(set) var bytes: [UInt8] = []
    /// The value of `_airbyte_meta`.
    package private(set) var meta: [UInt8] = []
    let takesInfinity: Bool
    private let isRaw: Bool
    private let metaHead: [UInt8]
    private let keys: [[UInt8]]
    private let positions: [String: Int]

    package init(_ schema: TableSchema, _ stream: ConfiguredStream, takesInfinity: Bool) {
        self.takesInfinity = takesInfinity
        isRaw = schema.isRaw
        columns = schema.columns
        cells = Array(repeating: .null, count: columns.count)
        keys = columns.map { JSON.string($0.field).bytes }
        positions = Dictionary(columns.enumerated().map { ($1.field, $0) }, uniquingKeysWith: { first, _ in first })
        metaHead = Array((stream.syncID.map { #"{"sync_id":\#($0),"changes":["# } ?? #"{"changes":["#).utf8)
    }

    /// What `_airbyte_meta` says of a row that came as it was.
    var metaOfUnchanged: [UInt8] { metaHead + Array("]}".utf8) }

    /// Reads a record of `line` in the place of the one before it.
    package mutating func read(_ record: MessageScanner.Record, in line: UnsafeBufferPointer<UInt8>) {
        for index in cells.indices { cells[index] = .null }
        bytes.removeAll(keepingCapacity: true)
        meta.removeAll(keepingCapacity: true)
        meta += metaHead
        if let span = record.meta { passOn(changes: span, in: line) }
        if isRaw {
            cells[0] = whole(record.data, in: line)
            meta += "]}".utf8
            return
        }
        var scanner = JSONScanner(line, from: record.data.start, to: record.data.end)
        _ = scanner.enterObject()
        var expected = 0
        while let key = scanner.nextKey(), let value = scanner.value() {
            guard let index = position(of: key, in: line, expecting: expected) else { continue }
            expected = index + 1
            cells[index] = value.kind == .null ? .null : cell(value, columns[index], line)
        }
        meta += "]}".utf8
    }

    /// A record's data in one cell, without the members that no database takes.
    private mutating func whole(_ data: JSONScanner.Span, in line: UnsafeBufferPointer<UInt8>) -> Cell {
        guard data.traits.contains(.oddNumber) else { return cell(data, columns[0], line) }
        let start = bytes.count
        var scanner = JSONScanner(line, from: data.start, to: data.end)
        _ = scanner.enterObject()
        while let key = scanner.nextKey(), let value = scanner.value() {
            bytes.append(UInt8(ascii: bytes.count == start ? "{" : ","))
            let name = key.string(in: line) ?? ""
            JSON.write(name.filter { $0 != "\0" }, into: &bytes)
            bytes.append(UInt8(ascii: ":"))
            let column = TableColumn(name: name, field: name, type: .json)
            if case .null = cell(value, column, line) { bytes += "null".utf8 }
        }
        if bytes.count == start { bytes.append(UInt8(ascii: "{")) }
        bytes.append(UInt8(ascii: "}"))
        return .text(start, bytes.count)
    }

    mutating func noteChange(_ field: String, _ change: String, _ reason: Reason) {
        if meta.count > metaHead.count { meta.append(UInt8(ascii: ",")) }
        meta += "{\"field\":".utf8
        JSON.write(field, into: &meta)
        meta += ",\"change\":\"\(change)\",\"reason\":\"\(reason.rawValue)\"}".utf8
    }

    /// Records mostly come with their members in the order of the schema.
    private func position(of key: JSONScanner.Span, in line: UnsafeBufferPointer<UInt8>, expecting guess: Int) -> Int? {
        if guess < keys.count, keys[guess].elementsEqual(key.slice(of: line)) { return guess }
        return key.string(in: line).flatMap { positions[$0] }
    }

    /// Takes over the changes that the source or the platform made.
    private mutating func passOn(changes span: JSONScanner.Span, in line: UnsafeBufferPointer<UInt8>) {
        guard let changes = (try? JSON.parse(span.slice(of: line)))?["changes"]?.arrayValue else { return }
        for change in changes {
            if meta.count > metaHead.count { meta.append(UInt8(ascii: ",")) }
            change.write(into: &meta)
        }
    }

    private mutating func cell(
        _ value: JSONScanner.Span, _ column: TableColumn, _ line: UnsafeBufferPointer<UInt8>
    ) -> Cell {
        let start = bytes.count
        let result: Result
        switch column.type {
        case .string: result = string(value, line)
        case .json: result = json(value, line)
        case .integer: result = integer(value, line)
        case .number: result = number(value, line)
        case .boolean: result = boolean(value, line)
        case .date, .timestampWithTimezone, .timestamp, .timeWithTimezone, .time:
            result = temporal(value, column.type, line)
        }
        switch result {
        case .cell(let cell): return cell
        case .written: return .text(start, bytes.count)
        case .writtenWithout(let reason):
            noteChange(column.field, "TRUNCATED", reason)
            return .text(start, bytes.count)
        case .unfit(let reason):
            bytes.removeSubrange(start...)
            noteChange(column.field, "NULLED", reason)
            return .null
        }
    }

    /// What became of a value.
    enum Result {
        case cell(Cell)
        /// Its text was appended to `bytes`.
        case written
        /// It was appended without characters that no database takes.
        case writtenWithout(Reason)
        case unfit(Reason)
    }
}
