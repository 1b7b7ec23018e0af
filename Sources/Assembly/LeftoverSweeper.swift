import Launcher
import Log
import Posix
import Service

/// Clears away, at the start and from time to time, what dead workers left on this host: processes, containers and job
/// directories; and images that nothing has used for long. Only workers do this: they alone reach the container engine.
struct LeftoverSweeper: Service {
    let settings: LaunchSettings
    let pause: Duration
    let log: Log

    func run() async throws {
        var nextPruning = BootClock.now
        while !Task.isCancelled {
            let prunes = BootClock.now >= nextPruning
            if prunes { nextPruning = BootClock.now + .seconds(3600) }
            await Thread.value { [settings, log] in
                DeadOwnerSweep.sweepUnclaimed(dataDirectory: settings.dataDirectory) { log.warning($0) }
                if prunes { UnusedImages.prune(settings) { log.info($0) } }
            }
            try await Task.sleep(for: pause)
        }
    }
}
