import Airbyte
import Glibc
import JSON

/// Tells which stream a record is of, and writes the beginning of its line as the destination must see it.
///
/// Both answers are remembered per prefix of the scanner and per spelling of a name.
struct RecordRouter {
    /// What stands in a line in place of a part of it.
    typealias Edit = (range: Range<Int>, text: [UInt8])

    /// The answer for one prefix.
    private struct Route {
        let serial: Int
        let index: Int
        /// The prefix under the destination's names; empty for a stream that keeps its name.
        let rewritten: [UInt8]
    }

    private struct Spelling {
        let stream: [UInt8]
        let namespace: [UInt8]
        let index: Int
    }

    private let table: StreamTable
    private let nameTokens: [[UInt8]]
    /// Empty: no namespace.
    private let namespaceTokens: [[UInt8]]
    private let keepsName: [Bool]
    private var routes: [Route?] = Array(repeating: nil, count: EnvelopeScanner.memoCount)
    private var spellings: [Spelling] = []

    init(_ table: StreamTable) {
        self.table = table
        nameTokens = table.destination.map { JSON.string($0.name).bytes }
        namespaceTokens = table.destination.map { $0.namespace.map { JSON.string($0).bytes } ?? [] }
        keepsName = zip(table.source, table.destination).map(==)
    }

    /// The number of a record's stream; nil if the catalog has none of that name.
    mutating func index(_ envelope: Envelope, _ line: UnsafeBufferPointer<UInt8>) -> Int? {
        guard envelope.isNamedByPrefix, let prefix = envelope.prefix else { return resolve(envelope, line) }
        if let route = routes[prefix.slot], route.serial == prefix.serial { return route.index }
        guard let index = resolve(envelope, line) else { return nil }
        var rewritten: [UInt8] = []
        if !keepsName[index] {
            write(line, 0..<prefix.length, envelope, index) { rewritten.append(contentsOf: $0) }
        }
        routes[prefix.slot] = Route(serial: prefix.serial, index: index, rewritten: rewritten)
        return index
    }

    func keepsName(_ index: Int) -> Bool { keepsName[index] }

    /// What every line with the prefix of this one begins with under the destination's names; nil where that is not
    /// remembered.
    func rewrittenPrefix(_ envelope: Envelope) -> [UInt8]? {
        guard envelope.isNamedByPrefix, let prefix = envelope.prefix, let route = routes[prefix.slot],
            route.serial == prefix.serial
        else { return nil }
        return route.rewritten
    }

    /// Hands out the line, under the destination's names, in pieces.
    func rewrite(
        _ envelope: Envelope, _ line: UnsafeBufferPointer<UInt8>, stream index: Int,
        _ put: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        if let prefix = envelope.prefix, let rewritten = rewrittenPrefix(envelope) {
            rewritten.withUnsafeBufferPointer(put)
            put(UnsafeBufferPointer(rebasing: line[prefix.length...]))
        } else {
            write(line, 0..<line.count, envelope, index, put)
        }
    }

    private func write(
        _ line: UnsafeBufferPointer<UInt8>, _ part: Range<Int>, _ envelope: Envelope, _ index: Int,
        _ put: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        var at = part.lowerBound
        for edit in renames(envelope, index).sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            put(UnsafeBufferPointer(rebasing: line[at..<edit.range.lowerBound]))
            edit.text.withUnsafeBufferPointer(put)
            at = edit.range.upperBound
        }
        put(UnsafeBufferPointer(rebasing: line[at..<part.upperBound]))
    }

    /// What gives a line the destination's names.
    func renames(_ envelope: Envelope, _ index: Int) -> [Edit] {
        guard !keepsName[index] else { return [] }
        var edits: [Edit] = []
        if let stream = envelope.stream { edits.append((stream, nameTokens[index])) }
        let namespace = namespaceTokens[index]
        if let old = envelope.namespace {
            edits.append((old, namespace.isEmpty ? Array("null".utf8) : namespace))
        } else if !namespace.isEmpty, let body = envelope.recordBody {
            edits.append((body..<body, Array("\"namespace\":".utf8) + namespace + Array(",".utf8)))
        }
        return edits
    }

    private mutating func resolve(_ envelope: Envelope, _ line: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let stream = envelope.stream else { return nil }
        let name = UnsafeBufferPointer(rebasing: line[stream])
        let namespace = UnsafeBufferPointer(rebasing: line[envelope.namespace ?? 0..<0])
        for spelling in spellings where same(spelling.stream, name) && same(spelling.namespace, namespace) {
            return spelling.index
        }
        guard let text = (try? JSON.parse(name))?.stringValue else { return nil }
        let descriptor = StreamDescriptor(name: text, namespace: (try? JSON.parse(namespace))?.stringValue)
        guard let index = table.index(ofSource: descriptor) else { return nil }
        if spellings.count >= 64 { spellings.removeFirst() }
        spellings.append(Spelling(stream: Array(name), namespace: Array(namespace), index: index))
        return index
    }

    private func same(_ known: [UInt8], _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard known.count == bytes.count, let base = bytes.baseAddress else { return known.isEmpty && bytes.isEmpty }
        return known.withUnsafeBytes { known in
            known.baseAddress.map { memcmp($0, base, known.count) == 0 } ?? true
        }
    }
}
