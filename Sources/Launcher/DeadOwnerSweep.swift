import Glibc
import Posix

/// Clears away what a dead worker left on this host.
package enum DeadOwnerSweep {
    /// Kills everything of that worker, its containers included, removes its job directories, and returns when none of it
    /// lives. Where a container engine cannot be reached it throws, to be called again.
    ///
    /// Blocks; call it on a thread of its own. Only for a worker known to be dead: a living one's attempts die too.
    package static func sweep(
        owner: String, dataDirectory: String, report: (String) -> Void = { _ in }
    ) throws(LauncherError) {
        guard OwnerMark.isName(owner) else {
            throw LauncherError(.notAllowed, "“\(owner)” cannot name a worker.")
        }
        while true {
            let survivors = ProcessTree.killMarked(OwnerMark.everything(of: owner), ceiling: .seconds(60))
            if survivors.isEmpty { break }
            let list = survivors.map { String($0.pid) }.joined(separator: ", ")
            report("Processes of the dead worker \(owner) do not die, even by SIGKILL: \(list). Still trying.")
        }
        let directory = OwnerMark.jobsDirectory(owner: owner, in: dataDirectory)
        let records = ContainerRecords(directory: directory)
        do throws(PosixError) {
            // Secrets first: an engine may stay away for long.
            for name in (try? Directory.entries(directory)) ?? [] where !ContainerRecords.isRecord(name) {
                try Directory.remove("\(directory)/\(name)")
            }
        } catch {
            throw LauncherError(.fileFailed, error)
        }
        try ContainerRecords.clear(records.of(), ToolRunner(environment: .current))
        do throws(PosixError) {
            try Directory.remove(directory)
        } catch {
            throw LauncherError(.fileFailed, error)
        }
    }

    /// Clears away what every worker left that no longer holds its `OwnerClaim`: after a power cut there is nobody else
    /// who knows of its directories, and secrets are in them. What fails is reported and left for the next time.
    package static func sweepUnclaimed(dataDirectory: String, report: (String) -> Void = { _ in }) {
        let names = (try? Directory.entries("\(dataDirectory)/jobs")) ?? []
        let claimed = names.filter { $0.hasPrefix(OwnerClaim.prefix) }.map {
            String($0.dropFirst(OwnerClaim.prefix.count))
        }
        for owner in Set(names + claimed) where OwnerMark.isName(owner) {
            guard let lock = OwnerClaim.ofDead(owner, in: dataDirectory) else { continue }
            do throws(LauncherError) {
                try sweep(owner: owner, dataDirectory: dataDirectory, report: report)
                unlink(OwnerClaim.path(owner, dataDirectory))
            } catch {
                report(error.message)
            }
            lock.release()
        }
    }

    /// The workers that have left job directories in this data directory, living ones included.
    package static func owners(in dataDirectory: String) -> [String] {
        ((try? Directory.entries("\(dataDirectory)/jobs")) ?? []).filter { OwnerMark.isName($0) }
    }
}
