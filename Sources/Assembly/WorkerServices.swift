import Flow
import Launcher
import Log
import Posix
package import Service
import Sync

extension Platform {
    /// The services of a worker: it claims runs, carries them out, and puts back those of workers that are gone.
    package func workerServices(program: String) throws -> [any Service] {
        let process = ProcessIdentity.current
        let launch = LaunchSettings(dataDirectory: data.path, environment: settings.environment)
        _ = try launch.containers.get()
        let claim = try OwnerClaim(
            owner: Platform.owner(process, pid: process.pid, started: process.startTime), dataDirectory: data.path)
        let processes = AttemptProcesses(
            settings: launch, claim: claim, environment: attemptEnvironment, log: log)
        let workflows = SyncWorkflows(
            processes: processes, vault: vault, calls: calls, policy: settings.retries, watch: settings.failures,
            settings: settings.sync, notices: settings.notices, log: log)
        let dataPath = data.path
        let report = log.named("sweep")
        let sweeper = LeftoverSweeper(settings: launch, pause: settings.sweepPause, log: report)
        let rescuer = RunRescuer(database: database, host: process.host, settings: settings.flow, log: log) { dead in
            let owner = Platform.owner(process, pid: dead.pid, started: dead.processStarted)
            try await Thread.value { () throws(LauncherError) in
                try DeadOwnerSweep.sweep(owner: owner, dataDirectory: dataPath) { report.warning($0) }
            }
        }
        let claimer = RunClaimer(
            database: database, leases: leases,
            worker: WorkerIdentity(process, program: program, version: Settings.version),
            workflows: workflows.all,
            seats: [
                SyncConnection.queue: settings.syncSeats, CheckConnector.queue: settings.callSeats,
                DeliverNotice.queue: settings.noticeSeats,
            ],
            rescuer: rescuer, settings: settings.flow, log: log)
        return [claimer, rescuer, runSweeper, sweeper] + leaseLook
    }

    /// None where no health check asks for signs of life.
    private var leaseLook: [any Service] {
        guard let pulse = Pulse(of: "worker", settings.environment) else { return [] }
        return [
            LeaseLook(database: leases, period: settings.flow.heartbeat, log: log.named("lease-look")).pulsing(pulse)
        ]
    }

    /// In every worker and in cron: where no worker is left, cron still ends what waits in vain.
    var runSweeper: RunSweeper { RunSweeper(database: database, settings: settings.flow, log: log) }

    /// Names a worker's process on its host in the marks of its connectors. Workers in containers share a data directory,
    /// and each of them is the first process there: hence the namespace.
    private static func owner(_ here: ProcessIdentity, pid: Int32, started: UInt64) -> String {
        "worker-\(here.pidNamespace)-\(pid)-\(started)"
    }

    /// What the process of an attempt gets of the worker's environment: nothing that could be a secret of the platform.
    private var attemptEnvironment: [String: String] {
        var values = LaunchEnvironment.attempt(from: settings.environment)
        values["SWIFTLET_DATA"] = data.path
        return values
    }
}
