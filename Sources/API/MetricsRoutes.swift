import Flow
import HTTP
import Metrics
import Model
import SQL
import Store
import Time

/// `/metrics`: what the whole installation does, as the store has it; any server answers the same.
struct MetricsRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            Route(.get, "/metrics", "metrics") { _ in
                let metrics = try await FlowClient(database: services.database).metrics()
                let (lag, jobs) = try await services.database.read { session in
                    (try session.scheduleLag(at: Instant(microseconds: session.now())), try session.liveJobCounts())
                }
                var page = MetricsPage()
                page.add(metrics)
                page.gauge(
                    "swiftlet_jobs", "Jobs that have not ended.",
                    jobs.map { Sample($0.count, ["status": $0.status.rawValue]) })
                page.gauge(
                    "swiftlet_schedule_lag_seconds", "How late the most overdue scheduled sync is.",
                    [Sample(lag.fractionalSeconds)])
                return HTTPResponse(
                    200, headers: ["Content-Type": MetricsPage.contentType], body: Array(page.text.utf8))
            }
        ]
    }
}

extension MetricsPage {
    fileprivate mutating func add(_ metrics: FlowMetrics) {
        gauge("swiftlet_workers", "Workers whose lease lasts.", [Sample(metrics.workers)])
        gauge(
            "swiftlet_runs", "Workflow runs that have not ended.",
            metrics.queues.flatMap { queue in
                [
                    Sample(queue.due, ["queue": queue.name.text, "state": "due"]),
                    Sample(queue.asleep, ["queue": queue.name.text, "state": "asleep"]),
                    Sample(queue.running, ["queue": queue.name.text, "state": "running"]),
                    Sample(queue.parked, ["queue": queue.name.text, "state": "parked"]),
                ]
            })
        gauge(
            "swiftlet_queue_delay_seconds", "How long the oldest due run of a queue has been due.",
            metrics.queues.map { Sample($0.oldestDelay.fractionalSeconds, ["queue": $0.name.text]) })
        let counts = metrics.counts
        histogram(
            "swiftlet_claim_delay_seconds", "From the time a run was due to its claim.",
            ends: DelayHistogram.ends.map { Double($0) / 1000 }, counts: counts.claimDelay.counts,
            sum: Double(counts.claimDelay.totalMicroseconds) / 1_000_000)
        counter(
            "swiftlet_run_passes_total", "How passes of runs have ended.",
            [
                Sample(counts.succeeded, ["ending": "succeeded"]), Sample(counts.failed, ["ending": "failed"]),
                Sample(counts.cancelled, ["ending": "cancelled"]), Sample(counts.retried, ["ending": "retried"]),
                Sample(counts.slept, ["ending": "slept"]), Sample(counts.handedOver, ["ending": "handed_over"]),
                Sample(counts.parked, ["ending": "parked"]),
            ])
        counter("swiftlet_run_timeouts_total", "Runs told that a limit has passed.", [Sample(counts.timedOut)])
        counter("swiftlet_lease_lapses_total", "Leases that workers lost.", [Sample(counts.lapses)])
        counter("swiftlet_run_rescues_total", "Runs put back for a worker that was gone.", [Sample(counts.rescues)])
    }
}
