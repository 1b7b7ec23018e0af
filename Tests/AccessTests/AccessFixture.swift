import Access
import Crypto
import Model
import SQL
import Schema
import Store
import Synchronization
import TestKit
import Time

/// A clock that stands still until a test moves it.
final class HandClock: WallClock {
    private let time = Mutex(Instant(seconds: 1_800_000_000))
    var now: Instant { time.withLock { $0 } }
    func advance(_ duration: Duration) { time.withLock { $0 = $0 + duration } }
}

/// A migrated database with two workspaces of one organization, the first administrator and one more person.
struct AccessFixture: Sendable {
    static let password = "correct horse"
    let database: TestDatabase
    let key = SealingKey()
    let clock = HandClock()
    let settings: AccessSettings
    let access: AccessServices
    let ours: Workspace
    let theirs: Workspace
    let ada: Person

    init(_ engine: Dialect.Engine, change: (inout AccessSettings) -> Void = { _ in }) async throws {
        database = try await TestDatabase.open(engine, migrations: Migration.all)
        var settings = AccessSettings()
        settings.mode = .simple
        settings.staticToken = SHA256(of: "a token of twenty letters")
        change(&settings)
        self.settings = settings
        access = AccessServices(database: database, key: key, settings: settings, clock: clock)
        let ours = Workspace(name: "ours", slug: "ours", createdAt: clock.now)
        let theirs = Workspace(name: "theirs", slug: "theirs", createdAt: clock.now)
        let ada = Person(name: "Ada", email: "Ada@Example.org", createdAt: clock.now)
        let hash = try await PasswordHash(of: Self.password).text
        try await database.write { session throws in
            try session.seedOwner(organization: "o", email: "admin@localhost")
            try session.seedFirstAdministrator()
            for workspace in [ours, theirs] { try session.seed(workspace) }
            try session.insert(ada, passwordHash: hash)
        }
        self.ours = ours
        self.theirs = theirs
        self.ada = ada
    }

    /// Another server of the same installation.
    func another(key: SealingKey? = nil) -> AccessServices {
        AccessServices(database: database, key: key ?? self.key, settings: settings, clock: clock)
    }

    func grant(_ type: PermissionType, _ scope: Permission.Scope) async throws -> Permission? {
        let permission = Permission(personID: ada.id, type: type, scope: scope, createdAt: clock.now)
        if let permission { try await database.write { try $0.insert(permission) } }
        access.authenticator.forgetGrants()
        return permission
    }

    func basic(
        _ name: String, _ secret: String, at access: AccessServices? = nil, from address: String = "192.0.2.1"
    ) async throws -> Caller {
        let header = "Basic " + base64("\(name):\(secret)")
        return try await (access ?? self.access).authenticator.caller(
            authorization: header, cookie: nil, address: address)
    }

    func bearer(_ token: String, at access: AccessServices? = nil) async throws -> Caller {
        try await (access ?? self.access).authenticator.caller(
            authorization: "Bearer \(token)", cookie: nil, address: "192.0.2.1")
    }

    func cookie(_ token: String, at access: AccessServices? = nil) async throws -> Caller {
        try await (access ?? self.access).authenticator.caller(
            authorization: nil, cookie: token, address: "192.0.2.1")
    }
}

/// The letters of an address are those of the usual alphabet but two.
private func base64(_ text: String) -> String {
    Base64.urlText(Array(text.utf8)).map { $0 == "-" ? "+" : $0 == "_" ? "/" : String($0) }.joined()
}
