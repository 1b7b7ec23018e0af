package import Crypto
package import SQL
package import Time

/// All that the API needs to know who calls and what they may do; one for each process.
package struct AccessServices: Sendable {
    package let settings: AccessSettings
    package let authenticator: Authenticator
    package let tokens: TokenIssuer
    package let signIn: SignIn
    package let applications: Applications
    package let audit: AuditLog
    package let idempotency: IdempotencyStore

    package init(
        database: any Database, key: SealingKey, settings: AccessSettings, clock: any WallClock = SystemClock()
    ) {
        let keys = AccessKeys(key)
        let standings = Standings(database: database, settings: settings, clock: clock)
        let sessions = Sessions(database: database, settings: settings, clock: clock)
        let credentials = Credentials(
            database: database, standings: standings, keys: keys, settings: settings, clock: clock)
        self.settings = settings
        authenticator = Authenticator(
            settings: settings, standings: standings, credentials: credentials, sessions: sessions, keys: keys,
            clock: clock)
        tokens = TokenIssuer(credentials: credentials, keys: keys, settings: settings, clock: clock)
        signIn = SignIn(
            settings: settings, credentials: credentials, standings: standings, sessions: sessions, keys: keys)
        applications = Applications(keys: keys)
        audit = AuditLog(database: database)
        idempotency = IdempotencyStore(database: database, key: key)
    }
}
