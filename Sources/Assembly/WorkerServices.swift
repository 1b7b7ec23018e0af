import Flow
import Launcher
import Log
import Posix
package import Service
import Sync

extension Platform {
    /// The services of a worker: it claims runs, carries them out, and puts back those of workers that are gone.
    package func workerServices(program: String) -> [any Service] {
        let process = ProcessIdentity.current
        let launch = LaunchSettings(dataDirectory: data.path, environment: settings.environment)
        let processes = AttemptProcesses(
            settings: launch, owner: Platform.owner(pid: process.pid, started: process.startTime),
            environment: settings.environment.values.filter { Platform.isPassedOn($0.key) }, log: log)
        let workflows = SyncWorkflows(
            processes: processes, vault: vault, policy: settings.retries, settings: settings.sync, log: log)
        let dataPath = data.path
        let report = log.named("sweep")
        let rescuer = RunRescuer(database: database, host: process.host, settings: settings.flow, log: log) { dead in
            let owner = Platform.owner(pid: dead.pid, started: dead.processStarted)
            try await Thread.value { () throws(LauncherError) in
                try DeadOwnerSweep.sweep(owner: owner, dataDirectory: dataPath) { report.warning($0) }
            }
        }
        let claimer = RunClaimer(
            database: database, leases: leases,
            worker: WorkerIdentity(process, program: program, version: Settings.version),
            workflows: workflows.all,
            seats: [SyncConnection.queue: settings.syncSeats, CheckConnector.queue: settings.callSeats],
            rescuer: rescuer, settings: settings.flow, log: log)
        return [claimer, rescuer]
    }

    /// Names a worker's process on its host in the marks of its connectors.
    static func owner(pid: Int32, started: UInt64) -> String { "worker-\(pid)-\(started)" }

    /// What the process of an attempt gets of the worker's environment: nothing that could be a secret of the platform.
    private static func isPassedOn(_ name: String) -> Bool {
        let kept = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR"]
        let keptOfOurs = ["SWIFTLET_CONNECTOR_PATH", "SWIFTLET_PYTHON", "SWIFTLET_PYPI_ALLOWED", "SWIFTLET_DATA",
            "SWIFTLET_PIP_TIMEOUT_SECONDS", "SWIFTLET_LOCAL_ROOT"]
        let upper = name.uppercased()
        return kept.contains(name) || keptOfOurs.contains(name) || name.hasPrefix("PIP_")
            || ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"].contains(upper)
            || name.hasPrefix("AIRBYTE_ENABLE_")
    }
}
