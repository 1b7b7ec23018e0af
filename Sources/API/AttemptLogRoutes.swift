import HTTP
import JSON
import Model
import Posix
import SQL
import Store

/// `/api/swiftlet/jobs/{jobId}/attempts/{number}/log`: the whole log of an attempt as a file, or what is new in it while
/// the attempt runs.
///
/// `format` is `text`, a line for people each, or `json`, one object a line. Without `from` the answer is all there is,
/// to be saved. With it, it is what came from that place on, at once or within `wait` seconds; `Swiftlet-Log-Next` names
/// the place to ask for next, and `Swiftlet-Log-Ended` says `true` once the attempt has ended and all was read.
struct AttemptLogRoutes: Sendable {
    fileprivate enum Format: String { case text, json }

    /// Of one answer with `from`, and of what is read at once in any case.
    private static let pieceBytes = 4 << 20
    private static let longestWait = 25
    private static let pause = Duration.milliseconds(250)

    let services: APIServices

    var routes: [Route] {
        [
            Route(.get, "/api/swiftlet/jobs/{jobId}/attempts/{number}/log", "swiftlet.getAttemptLog") { request in
                let attempt = try request.attempt
                let format = try request.query.format
                guard let from = try request.query.count("from", atMost: Int(Int32.max)) else {
                    return try await download(attempt, format)
                }
                let wait = try request.query.count("wait", atMost: Self.longestWait) ?? 0
                return try await news(attempt, format, from: from, wait: .seconds(wait))
            }
        ]
    }

    private func download(_ attempt: AttemptName, _ format: Format) async throws -> HTTPResponse {
        let file = try Descriptor.anonymousFile(in: services.scratchDirectory)
        var size = 0
        var next = 0
        while true {
            let (pieces, _) = try await read(attempt, from: next)
            guard let last = pieces.last else { break }
            for piece in pieces {
                let bytes = format.rendered(piece.lines)
                // A write to a file does not wait for anybody but the disk.
                try file.write(bytes)
                size += bytes.count
            }
            next = last.chunk + 1
        }
        let name = "job-\(attempt.job)-attempt-\(attempt.number).\(format == .json ? "jsonl" : "log")"
        var response = HTTPResponse(
            200,
            headers: [
                "Content-Type": format.mediaType, "Content-Disposition": "attachment; filename=\"\(name)\"",
            ])
        response.fileBody = FileBody(file, size: size)
        return response
    }

    private func news(
        _ attempt: AttemptName, _ format: Format, from: Int, wait: Duration
    ) async throws -> HTTPResponse {
        let deadline = ContinuousClock.now + wait
        while true {
            let (pieces, hasEnded) = try await read(attempt, from: from)
            if !pieces.isEmpty || hasEnded || ContinuousClock.now >= deadline {
                return HTTPResponse(
                    200,
                    headers: [
                        "Content-Type": format.mediaType,
                        "Swiftlet-Log-Next": String(pieces.last.map { $0.chunk + 1 } ?? from),
                        "Swiftlet-Log-Ended": String(hasEnded && pieces.isEmpty),
                    ],
                    body: pieces.flatMap { format.rendered($0.lines) })
            }
            try await Task.sleep(for: Self.pause)
        }
    }

    /// Whether the attempt had ended is asked first: what it wrote last is then among the pieces.
    private func read(
        _ name: AttemptName, from: Int
    ) async throws -> (pieces: [(chunk: Int, lines: [UInt8])], hasEnded: Bool) {
        try await services.database.read { session in
            guard let attempt = try session.attempts(of: name.job).first(where: { $0.number == name.number }) else {
                throw StoreError.notFound("attempt", "\(name.job)/\(name.number)")
            }
            let pieces = try session.logPieces(
                of: name.job, attempt: name.number, from: from, limit: Self.pieceBytes)
            return (pieces, attempt.endedAt != nil)
        }
    }
}

/// What an address names as an attempt.
struct AttemptName: Sendable {
    let job: JobID
    let number: Int
}

extension HTTPRequest {
    var attempt: AttemptName {
        get throws {
            guard let job = parameters["jobId"].flatMap({ JobID($0) }),
                let number = parameters["number"].flatMap({ Int32($0) })
            else { throw Problem.unprocessable("A job's id and an attempt's number are whole numbers.") }
            return AttemptName(job: job, number: Int(number))
        }
    }
}

extension HTTPQuery {
    fileprivate var format: AttemptLogRoutes.Format {
        get throws {
            guard let text = self["format"] else { return .text }
            guard let format = AttemptLogRoutes.Format(rawValue: text) else {
                throw Problem.unprocessable("format must be text or json.")
            }
            return format
        }
    }
}

extension AttemptLogRoutes.Format {
    fileprivate var mediaType: String {
        switch self {
        case .text: "text/plain; charset=utf-8"
        case .json: "application/x-ndjson"
        }
    }

    fileprivate func rendered(_ lines: [UInt8]) -> [UInt8] {
        guard self == .text else { return lines }
        var out: [UInt8] = []
        out.reserveCapacity(lines.count)
        for event in AttemptLog(lines: lines).events {
            out += Array(event.line.utf8)
            out.append(10)
        }
        return out
    }
}
