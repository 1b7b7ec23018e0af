import SQL
import Synchronization
import Time

/// Looks up who somebody is, and remembers it for a few seconds.
final class Standings: Sendable {
    private struct State {
        var memory: ShortMemory<Standing.Subject, Standing>
        /// Counts what was forgotten, so that a look-up from before a change is not remembered after it.
        var age = 0
    }

    private let database: any Database
    private let clock: any WallClock
    private let state: Mutex<State>

    init(database: any Database, settings: AccessSettings, clock: any WallClock) {
        self.database = database
        self.clock = clock
        state = Mutex(State(memory: ShortMemory(capacity: 10_000, life: settings.grantsKept)))
    }

    /// Nil where the subject is gone; that is never remembered.
    func standing(of subject: Standing.Subject) async throws -> Standing? {
        let now = clock.now
        let (known, age) = state.withLock { ($0.memory.value(of: subject, at: now), $0.age) }
        if let known { return known }
        guard let found = try await database.read({ try Standing(subject, in: $0) }) else { return nil }
        state.withLock { state in
            if state.age == age { state.memory.keep(found, of: subject, at: now) }
        }
        return found
    }

    func forgetAll() {
        state.withLock { state in
            state.memory.forgetAll()
            state.age += 1
        }
    }
}
