import Crypto
import Model
import SQL
import Store
import Synchronization
import Time

/// Finds out whose cookie it is, and lets it live on while it is used.
final class Sessions: Sendable {
    private let database: any Database
    private let settings: AccessSettings
    private let clock: any WallClock
    private let known: Mutex<ShortMemory<String, PersonID>>

    init(database: any Database, settings: AccessSettings, clock: any WallClock) {
        self.database = database
        self.settings = settings
        self.clock = clock
        known = Mutex(ShortMemory(capacity: 10_000, life: settings.grantsKept))
    }

    /// Makes a session that is known by the token that is returned, and by nothing that is stored.
    func open(_ person: PersonID) async throws -> String {
        let token = SecretText.make()
        let (idle, longest) = (settings.sessionIdle, settings.sessionLongest)
        try await database.write { session in
            let now = Instant(microseconds: try session.now())
            try session.insertSignIn(
                Self.hash(token), of: person, at: now, expires: now + min(idle, longest), ends: now + longest)
        }
        return token
    }

    /// Nil where there is no such session, or it has expired.
    func person(_ token: String) async throws -> PersonID? {
        guard token.utf8.count <= 128 else { return nil }
        let hash = Self.hash(token)
        let now = clock.now
        if let person = known.withLock({ $0.value(of: hash, at: now) }) { return person }
        guard let person = try await touch(hash) else { return nil }
        known.withLock { $0.keep(person, of: hash, at: now) }
        return person
    }

    func close(_ token: String) async throws {
        let hash = Self.hash(token)
        known.withLock { $0.forget(hash) }
        try await database.write { try $0.deleteSignIn(hash) }
    }

    func forgetAll() { known.withLock { $0.forgetAll() } }

    /// Moves the end on when a quarter of the time is over; not at every request, each of which would write.
    private func touch(_ hash: String) async throws -> PersonID? {
        let idle = settings.sessionIdle
        let found = try await database.read { session in
            (try session.signIn(hash), Instant(microseconds: try session.now()))
        }
        guard let signIn = found.0 else { return nil }
        let later = min(found.1 + idle, signIn.endsAt)
        if later - signIn.expiresAt > idle / 4 {
            try await database.write { try $0.extendSignIn(hash, to: later) }
        }
        return signIn.personID
    }

    private static func hash(_ token: String) -> String { SHA256(of: token).description }
}
