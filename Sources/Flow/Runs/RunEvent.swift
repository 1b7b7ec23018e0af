package import JSON
import SQL
package import Time

/// One line of a run's history; lines are only ever added.
package struct RunEvent: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        case created, claimed
        case stepStarted = "step_started"
        case stepRecorded = "step_recorded"
        case stepFailed = "step_failed"
        case slept, signalled, lapsed, rescued
        case handedOver = "handed_over"
        case retried, parked, resumed
        case timedOut = "timed_out"
        case succeeded, failed, cancelled
    }

    package let at: Instant
    package let kind: Kind
    package let worker: WorkerID?
    package let detail: JSON

    init(at: Instant, kind: Kind, worker: WorkerID?, detail: JSON) {
        self.at = at
        self.kind = kind
        self.worker = worker
        self.detail = detail
    }

    /// Adds a line. A recorded step needs none: its own row says when and what.
    static func write(
        _ kind: Kind, of run: RunID, by worker: WorkerID? = nil, detail: JSONObject = [:], in session: any Session
    ) throws {
        try session.run(
            """
            INSERT INTO run_event (run_id, at, kind, worker_id, detail)
            VALUES (\(run), \(session.dialect.now), \(kind.rawValue), \(worker),
                    \(detail.isEmpty ? nil : JSON.object(detail).text))
            """)
    }

    /// The history of a run in order, its recorded steps included.
    static func history(of run: RunID, in session: any Session) throws -> [RunEvent] {
        let events = try session.rows(
            "SELECT at, kind, worker_id, detail FROM run_event WHERE run_id = \(run) ORDER BY id"
        ).compactMap { row -> RunEvent? in
            guard let kind = Kind(rawValue: try row.get("kind")) else { return nil }
            let detail: String? = try row.getOptional("detail")
            return RunEvent(
                at: try row.get("at"), kind: kind, worker: try row.getOptional("worker_id"),
                detail: try detail.map { try JSON.parse($0) } ?? [:])
        }
        let steps = try session.rows(
            """
            SELECT name, started_at, recorded_at, lease_token FROM run_step
            WHERE run_id = \(run) AND recorded_at IS NOT NULL ORDER BY recorded_at, name
            """
        ).map { row in
            RunEvent(
                at: try row.get("recorded_at"), kind: .stepRecorded, worker: nil,
                detail: [
                    "step": .string(try row.get("name")), "token": .integer(try row.get("lease_token", as: Int64.self)),
                    "started_at": .integer(try row.get("started_at", as: Int64.self)),
                ])
        }
        return merge(events, steps)
    }

    /// Merges two histories, each in order; of two lines of one time the step's comes first.
    static func merge(_ events: [RunEvent], _ steps: [RunEvent]) -> [RunEvent] {
        var merged: [RunEvent] = []
        var next = steps.startIndex
        for event in events {
            while next < steps.endIndex, steps[next].at <= event.at, event.kind != .created, event.kind != .claimed {
                merged.append(steps[next])
                next += 1
            }
            while next < steps.endIndex, steps[next].at < event.at {
                merged.append(steps[next])
                next += 1
            }
            merged.append(event)
        }
        return merged + steps[next...]
    }
}
