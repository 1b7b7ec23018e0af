package import Log
internal import Posix
package import SQL
package import Service

/// Claims due runs, runs their workflows, and writes down how they end.
///
/// Asked to stop, it claims no more, lets short work finish for a moment, hands the rest over, and leaves. A worker
/// that loses its lease cancels its runs, waits until their bodies have left, and begins a new life.
package struct RunClaimer: GracefulService {
    let database: any Database
    let keeper: LeaseKeeper
    let rescuer: RunRescuer
    let workflows: [WorkflowName: any Workflow]
    let seats: [QueueName: Int]
    let settings: FlowSettings
    let runtime: FlowRuntime
    let log: Log

    /// - `leases`: the path that renewals take; on Postgres a pool of its own with one connection and little patience,
    ///   so that no run's work can hold it up. Nil: `database`.
    /// - `seats`: how many runs of each queue are held at once; other queues are not served.
    /// - `rescuer`: makes one pass before the first claim.
    package init(
        database: any Database, leases: (any Database)? = nil, worker: WorkerIdentity, workflows: [any Workflow],
        seats: [QueueName: Int], rescuer: RunRescuer, settings: FlowSettings, runtime: FlowRuntime = .system,
        log: Log
    ) {
        self.database = database
        self.rescuer = rescuer
        self.seats = seats.filter { $0.value > 0 }
        self.settings = settings
        self.runtime = runtime
        self.log = log.named("run-claimer")
        self.workflows = Dictionary(workflows.map { (type(of: $0).name, $0) }) { first, _ in first }
        keeper = LeaseKeeper(
            worker: worker, workflows: self.workflows.mapValues { type(of: $0).version }, settings: settings,
            database: leases ?? database, runtime: runtime,
            log: log.named("lease-keeper"))
    }

    package func run(until stop: StopSignal) async throws {
        try settings.validate()
        while !stop.isRequested, !Task.isCancelled {
            let lease: WorkerLease
            do {
                try await rescuer.rescue()
                lease = try await keeper.take()
            } catch {
                if Task.isCancelled { return }
                log.warning("No lease can be taken, trying again: \(error)")
                try await runtime.sleep(settings.poll)
                continue
            }
            await WorkerLife(claimer: self, lease: lease).live(until: stop)
            if let lost = lease.loss.value { log.warning("Beginning a new life: \(lost)") }
        }
    }
}
