import Posix
import Synchronization
import TestKit

/// Server, cron and workers that are started again whenever they have ended, on a Postgres that may come and go.
final class StormFleet: Sendable {
    enum Role: Hashable {
        case server, cron
        case worker(Int)
    }

    private struct State {
        var programs: [Role: RunningProgram] = [:]
        var frozen: Set<Role> = []
        var api: APIClient?
        /// Tells the lives of a worker apart in what Postgres sees.
        var lives = 0
    }

    let installation: Installation
    let postgres: ThrowawayPostgres
    let database: String
    let roles: [Role]
    private let state = Mutex(State())

    init(workers: Int, settings: [String: String]) async throws {
        postgres = try await ThrowawayPostgres.start()
        database = try await postgres.freshDatabase()
        installation = try Installation(database: database, settings: settings)
        roles = [.server, .cron] + (1...workers).map(Role.worker)
        let boot = try await installation.run("swiftlet-bootloader")
        guard boot.exit == .exited(0) else { throw RunningProgram.Failure(description: boot.output) }
    }

    /// Of the server that was started last; it may be gone.
    var api: APIClient {
        get async throws {
            while true {
                if let api = state.withLock({ $0.api }) { return api }
                try await Task.sleep(for: .milliseconds(10))
            }
        }
    }

    /// Keeps every program running until it is cancelled.
    func keepRunning() async {
        await withTaskGroup(of: Void.self) { group in
            for role in roles {
                group.addTask {
                    while !Task.isCancelled {
                        if self.running(role)?.hasEnded != false { try? await self.start(role) }
                        try? await Task.sleep(for: .milliseconds(50))
                    }
                }
            }
        }
    }

    private func start(_ role: Role) async throws {
        switch role {
        case .server:
            let program = try await installation.start(
                "swiftlet-server", ["--port", "0"], settings: settings(named: "server"))
            // What does not come up, because Postgres is away, is started again.
            state.withLock { $0.programs[role] = program }
            let port = try await program.port()
            state.withLock { $0.api = APIClient(port: port) }
        case .cron:
            let program = try await installation.start("swiftlet-cron", settings: settings(named: "cron"))
            state.withLock { $0.programs[role] = program }
        case .worker(let number):
            let life = state.withLock { state in
                state.lives += 1
                return state.lives
            }
            let program = try await installation.start(
                "swiftlet-worker", settings: settings(named: "worker-\(number)-\(life)"))
            state.withLock { $0.programs[role] = program }
        }
    }

    private func settings(named name: String) -> [String: String] {
        ["DATABASE_URL": "\(database)?application_name=\(name)"]
    }

    private func running(_ role: Role) -> RunningProgram? { state.withLock { $0.programs[role] } }

    /// Kills a program; false where it is frozen or not there.
    func kill(_ role: Role) async -> Bool {
        guard let program = state.withLock({ $0.frozen.contains(role) ? nil : $0.programs[role] }), !program.hasEnded
        else { return false }
        await program.kill()
        return true
    }

    /// Stops a program for a while in which it does nothing; false where it is not there.
    func freeze(_ role: Role, for pause: Duration) async -> Bool {
        let program = state.withLock { state -> RunningProgram? in
            guard let program = state.programs[role], !program.hasEnded else { return nil }
            state.frozen.insert(role)
            return program
        }
        guard let program else { return false }
        program.freeze()
        try? await Task.sleep(for: pause)
        program.thaw()
        state.withLock { _ = $0.frozen.remove(role) }
        return true
    }

    /// Ends every program in good order; what each of them said at its end where it did not.
    func stop() async -> [String] {
        var complaints: [String] = []
        for (role, program) in state.withLock({ $0.programs }) {
            let exit = await program.stop()
            if exit != .exited(0) { complaints.append("\(role) ended with \(exit): \(program.output.suffix(2000))") }
        }
        return complaints
    }
}
