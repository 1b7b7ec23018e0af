import Crypto
import Model
import SQL
import Store
import Synchronization
import Time

/// Says whose name and password, or client id and secret, are right.
///
/// A pair that was right is remembered for a minute, so that Basic does not cost a hash per request; it stops being
/// right when what is stored changes. The same pair sent many times at once is checked once.
final class Credentials: Sendable {
    struct Answer: Sendable {
        let subject: Standing.Subject
        let standing: Standing
    }

    private struct Proof: Sendable {
        let subject: Standing.Subject
        let version: String
    }

    /// The name that older clients know the administrator by.
    static let administrator = "airbyte"
    private static let longestName = 320

    private let database: any Database
    private let standings: Standings
    private let keys: AccessKeys
    private let limit: FailureLimit
    private let clock: any WallClock
    private let proofs: Mutex<ShortMemory<SHA256, Proof>>
    private let checks = Mutex<[SHA256: Task<Proof?, any Error>]>([:])

    init(
        database: any Database, standings: Standings, keys: AccessKeys, settings: AccessSettings, clock: any WallClock
    ) {
        self.database = database
        self.standings = standings
        self.keys = keys
        self.clock = clock
        limit = FailureLimit(settings)
        proofs = Mutex(ShortMemory(capacity: 1000, life: settings.credentialsKept))
    }

    /// Nil where they are wrong. Throws `.tooMany` where that has happened too often.
    func check(_ name: String, _ secret: String, from address: String) async throws -> Answer? {
        guard name.utf8.count <= Self.longestName, secret.utf8.count <= PasswordHash.longestPassword else { return nil }
        let pair = HMAC.sha256(of: Array("\(name.utf8.count) \(name)\(secret)".utf8), key: keys.own)
        if let proof = proofs.withLock({ $0.value(of: pair, at: clock.now) }) {
            if let answer = try await answer(proof) { return answer }
            proofs.withLock { $0.forget(pair) }
        }
        guard let proof = try await prove(pair, name, secret, address) else { return nil }
        // What was remembered of the standing may be from before the password was changed.
        if let answer = try await answer(proof) { return answer }
        standings.forgetAll()
        guard let answer = try await answer(proof) else { return nil }
        return answer
    }

    /// Nil where something else is stored now than what was right.
    private func answer(_ proof: Proof) async throws -> Answer? {
        guard let standing = try await standings.standing(of: proof.subject), standing.version == proof.version else {
            return nil
        }
        return Answer(subject: proof.subject, standing: standing)
    }

    private func prove(_ pair: SHA256, _ name: String, _ secret: String, _ address: String) async throws -> Proof? {
        let place = HMAC.sha256(of: pair.bytes + Array(address.utf8), key: keys.own)
        let check = checks.withLock { checks in
            if let running = checks[place] { return running }
            let task = Task {
                defer { _ = self.checks.withLock { $0.removeValue(forKey: place) } }
                return try await self.prove(name, secret, address, pair)
            }
            checks[place] = task
            return task
        }
        return try await check.value
    }

    private func prove(_ name: String, _ secret: String, _ address: String, _ pair: SHA256) async throws -> Proof? {
        try limit.admit(name, from: address, at: clock.now)
        let proof: Proof?
        do { proof = try await compare(name, secret) } catch {
            // That the store cannot be asked is nobody's guess.
            limit.forgive(name, from: address)
            throw error
        }
        guard let proof else { return nil }
        limit.forgive(name, from: address)
        proofs.withLock { $0.keep(proof, of: pair, at: clock.now) }
        return proof
    }

    private enum Stored: Sendable {
        case application(Standing.Subject, String)
        case person(Standing.Subject, String)
        case nobody
    }

    private func compare(_ name: String, _ secret: String) async throws -> Proof? {
        let stored: Stored = try await database.read { session in
            if let application = try session.application(clientID: name),
                let hash = try session.secretHash(of: application.id)
            {
                return .application(.init(person: application.personID, application: application.id), hash)
            }
            let isAdministrator = name.lowercased() == Self.administrator
            guard let id = isAdministrator ? Person.first : try session.person(email: name)?.id,
                let hash = try session.passwordHash(of: id)
            else { return .nobody }
            return .person(.init(person: id), hash)
        }
        switch stored {
        case .application(let subject, let hash):
            let isRight = ConstantTime.equal(Array(keys.hash(ofSecret: secret).utf8), Array(hash.utf8))
            return isRight ? Proof(subject: subject, version: hash) : nil
        case .person(let subject, let hash):
            return try await PasswordHash(text: hash).matches(secret) ? Proof(subject: subject, version: hash) : nil
        case .nobody:
            // As slow as for somebody, so that the time does not tell who is there.
            _ = try await PasswordHash(of: secret)
            return nil
        }
    }
}
