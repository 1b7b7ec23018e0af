import Glibc
import JSON
import Posix
import Synchronization

/// A container that a connector runs in. Its pipes are those of the engine's program that is attached to it.
final class RunningContainer: Sendable {
    let record: ContainerRecords.Record
    private let engine: ContainerEngine
    private let limits: ContainerLimits
    /// Where the engine's program runs; nobody else writes there.
    private let directory: String
    private let end = Mutex(End())

    private struct End {
        var exit: ChildExit?
        var fault: LauncherError?
        var isRemoved = false
    }

    init(
        _ record: ContainerRecords.Record, _ engine: ContainerEngine, _ limits: ContainerLimits, directory: String
    ) {
        self.record = record
        self.engine = engine
        self.limits = limits
        self.directory = directory
    }

    /// Starts the connector and stays attached to it.
    var attachment: ChildRequest {
        ChildRequest(
            engine.executable, ["start", "--attach", "--interactive", record.name], directory: directory)
    }

    /// What cut the connector short, where it was not the connector itself; known after `exit(after:)`.
    var fault: LauncherError? { end.withLock { $0.fault } }

    /// How the connector ended, when the engine's program ended like this: the engine knows better.
    func exit(after client: ChildExit, errors: () -> String) -> ChildExit {
        end.withLock { end in
            if let exit = end.exit { return exit }
            do throws(LauncherError) {
                end.exit = try settle(client, errors())
            } catch {
                end.exit = .exited(255)
                end.fault = error
            }
            return end.exit ?? client
        }
    }

    /// Asks the connector to end and kills it after `grace`.
    func stop(grace: Duration) {
        let seconds = max(0, Int(grace.components.seconds))
        _ = try? engine.run(["stop", "-t", "\(seconds)", record.name], within: grace + .seconds(20))
    }

    /// Kills and deletes it. What fails is left to the attempt's end and, after that, to the sweep.
    func remove() {
        end.withLock { end in
            if end.isRemoved { return }
            end.exit = end.exit ?? .signalled(9)
            do throws(LauncherError) {
                try ContainerRecords.clear([record], engine.tools)
                end.isRemoved = true
            } catch {
                end.fault = end.fault ?? error
            }
        }
    }

    private func settle(_ client: ChildExit, _ errors: String) throws(LauncherError) -> ChildExit {
        let deadline = BootClock.now + .seconds(5)
        while true {
            let state = try engine.inspect("container", record.name, ".State")
            guard let state, !["removing", "dead"].contains(state["Status"]?.stringValue) else {
                throw LauncherError(.engineAway, "The connector's container was removed while it ran.")
            }
            if state["Running"]?.boolValue == true || state["Status"]?.stringValue == "created" && client.isSuccess {
                // It has ended in the engine's view a moment after its pipes have.
                if BootClock.now < deadline {
                    usleep(50_000)
                    continue
                }
                throw LauncherError(
                    .engineAway, "The connection to the container engine broke while the connector ran: \(client).")
            }
            return try exit(state, client, errors)
        }
    }

    private func exit(_ state: JSON, _ client: ChildExit, _ errors: String) throws(LauncherError) -> ChildExit {
        let code = Int32(truncatingIfNeeded: state["ExitCode"]?.intValue ?? 255)
        let reason = state["Error"]?.stringValue ?? ""
        if state["Status"]?.stringValue == "created" {
            throw LauncherError(
                .spawnFailed,
                "The container could not be started: \(reason.isEmpty ? errors : reason)")
        }
        // Podman leaves the second sign, which it does not always find again itself.
        if code != 0, state["OOMKilled"]?.boolValue == true || access("\(directory)/oom", F_OK) == 0 {
            let limit = limits.memory.map { "its limit is \($0 >> 20) MiB" } ?? "it has no limit of its own"
            throw LauncherError(
                .outOfMemory,
                "The connector's container ran out of memory and was killed (exit code \(code)): \(limit). Raise "
                    + "resourceRequirements.memory_limit of the connection or the definition, or "
                    + "JOB_MAIN_CONTAINER_MEMORY_LIMIT.")
        }
        if code != 0, errors.lowercased().contains("exec format error") {
            throw LauncherError(
                .unsupported,
                "The image was made for another kind of processor than this machine's (exec format error).")
        }
        // The engine's program ends with the connector's code. If not, it was cut off: by its engine, for one, which ends
        // the containers that it leaves.
        guard client == .exited(code) else {
            throw LauncherError(
                .engineAway,
                "The connection to the container engine broke while the connector ran: its program ended with "
                    + "\(client), the container with exit code \(code).")
        }
        return code == 137 ? .signalled(9) : .exited(code)
    }
}
