import ConnectorKit

/// Where one thread of a read puts its rows: they go out when it is their range's turn, and are kept until then, but for
/// no more than a bounded number of bytes.
final class PageOutput: RowOutput {
    private static let piece = 256 << 10
    private static let mostAhead = 2 << 20

    private let turns: PageTurns
    private let part: StreamPart
    private var range = 0
    private var rows = 0
    /// The size at which to see whether the turn has come.
    private var next = PageOutput.piece

    init(_ output: StreamOutput, _ turns: PageTurns) {
        self.turns = turns
        part = StreamPart(of: output)
    }

    func begin(_ range: PageRange) {
        self.range = range.number
        rows = 0
    }

    func record(_ write: (inout [UInt8]) throws -> Void) throws {
        try part.record(write)
        rows += 1
        if part.size >= next { try sendIfTurn() }
    }

    func rows(_ count: Int, columns: [String], _ body: [UInt8]) throws {
        try part.rows(count, columns: columns, body)
        rows += count
        if part.size >= next { try sendIfTurn() }
    }

    /// Sends what is left of the range. Its turn is not passed on yet.
    func finish() throws {
        try turns.wait(for: range)
        try send()
        turns.rows += rows
    }

    private func sendIfTurn() throws {
        if try !turns.hasCome(to: range) {
            next = part.size + Self.piece
            guard part.size >= Self.mostAhead else { return }
            try turns.wait(for: range)
        }
        try send()
    }

    private func send() throws {
        try part.send()
        next = Self.piece
    }
}
