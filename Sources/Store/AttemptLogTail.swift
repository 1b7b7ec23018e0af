import Model
import SQL

/// The last whole lines of an attempt's log.
package struct AttemptLogTail: Sendable {
    package private(set) var lines: [UInt8] = []
    /// Whether older lines were left out.
    package private(set) var isCut = false
}

extension AttemptLogTail {
    private static let fewPieces = 16
    private static let smallPiece = 64 << 10

    /// The newest pieces, which for most jobs are all. A large one is left out; it is only said to be there.
    static func newestPieces(of job: JobID, attempt: Int?) -> Query {
        """
        SELECT number, plain_size, CASE WHEN plain_size <= \(smallPiece) THEN compressed END AS compressed
        FROM attempt_log WHERE \(condition(job, attempt))
        ORDER BY number DESC, chunk DESC LIMIT \(fewPieces + 1)
        """
    }

    /// Whether the query above has found all that there is.
    static func isAll(_ pieces: [Row]) throws -> Bool {
        try pieces.count <= fewPieces
            && pieces.allSatisfy { try $0.getOptional("compressed", as: [UInt8].self) != nil }
    }

    /// The pieces of which the last `limit` bytes are made; of the others only that they are there. The newest attempt's
    /// last one comes first.
    static func pieces(of job: JobID, attempt: Int?, limit: Int) -> Query {
        """
        SELECT number, plain_size, CASE WHEN newer < \(limit) THEN (
            SELECT compressed FROM attempt_log
            WHERE job_id = \(job) AND number = piece.number AND chunk = piece.chunk) END AS compressed
        FROM (
            SELECT number, chunk, plain_size, CAST(
                sum(plain_size) OVER (ORDER BY number DESC, chunk DESC) AS BIGINT) - plain_size AS newer
            FROM attempt_log WHERE \(condition(job, attempt))) AS piece
        ORDER BY number DESC, chunk DESC
        """
    }

    private static func condition(_ job: JobID, _ attempt: Int?) -> Query {
        attempt.map { "job_id = \(job) AND number = \($0)" } ?? "job_id = \(job)"
    }

    /// - Parameter pieces: what one of the queries above has found.
    static func tails(of pieces: [Row], limit: Int) throws -> [Int: AttemptLogTail] {
        var chunks: [Int: [[UInt8]]] = [:]
        var tails: [Int: AttemptLogTail] = [:]
        var room = limit
        for piece in pieces {
            let number: Int = try piece.get("number")
            guard let compressed = try piece.getOptional("compressed", as: [UInt8].self) else {
                tails[number, default: AttemptLogTail()].isCut = true
                continue
            }
            let lines = try Deflate.expand(compressed, size: piece.get("plain_size"))
            if lines.count > room { tails[number, default: AttemptLogTail()].isCut = true }
            chunks[number, default: []].append(lines.count > room ? lines.wholeLines(ofLast: room) : lines)
            room -= min(room, lines.count)
        }
        for (number, chunks) in chunks {
            tails[number, default: AttemptLogTail()].lines = Array(chunks.reversed().joined())
        }
        return tails
    }
}

extension [UInt8] {
    /// The last bytes, from the beginning of a line on.
    fileprivate func wholeLines(ofLast count: Int) -> [UInt8] {
        let tail = suffix(count)
        let start = tail.firstIndex(of: UInt8(ascii: "\n")).map { tail.index(after: $0) } ?? tail.endIndex
        return Array(tail[start...])
    }
}
