package import Crypto
import Model
import Posix
package import SQL
import Store
import Time

/// The administrator that an installation starts with, as its operator has set it up.
package struct FirstAdmin: Sendable {
    package struct Client: Sendable {
        package let id: String
        package let secret: String

        package init(id: String, secret: String) {
            self.id = id
            self.secret = secret
        }
    }

    /// Nil leaves the address as it is.
    package var email: String?
    /// Nil leaves the password as it is.
    package var password: String?
    /// The application that acts for the administrator; nil leaves it as it is.
    package var client: Client?

    package init(email: String? = nil, password: String? = nil, client: Client? = nil) {
        self.email = email
        self.password = password
        self.client = client
    }

    /// Gives the first person these. Safe to repeat and to run twice at once: what is so already stays untouched, and
    /// nobody is signed out. Returns a sentence for each thing done.
    package func seed(in database: any Database, key: SealingKey) async throws -> [String] {
        let stored = try await database.read { try $0.passwordHash(of: Person.first) }
        let hash = try await newHash(unlike: stored)
        let keys = AccessKeys(key)
        return try await database.write { session in
            var done: [String] = []
            try session.seedFirstAdministrator()
            var person = try session.person(Person.first)
            if let email, person.email != email.lowercased() {
                person.email = email.lowercased()
                try session.update(person)
                done.append("The first administrator's address is \(person.email).")
            }
            if let hash {
                try session.setPasswordHash(hash.text, of: person.id)
                done.append("The first administrator has a new password.")
            }
            if let client, try seed(client, keys, in: session) {
                done.append("The first administrator's application has a new client id or secret.")
            }
            return done
        }
    }

    /// Nil where the password stays as it is.
    private func newHash(unlike stored: String?) async throws -> PasswordHash? {
        guard let password else { return nil }
        if let stored, try await PasswordHash(text: stored).matches(password) { return nil }
        return try await PasswordHash(of: password)
    }

    private func seed(_ client: Client, _ keys: AccessKeys, in session: any Session) throws -> Bool {
        let application = Application(
            id: ApplicationID(.zero), name: "Default Application", clientID: client.id, personID: Person.first,
            createdAt: Instant(microseconds: try session.now()))
        let hash = keys.hash(ofSecret: client.secret)
        let isThere = try session.application(clientID: client.id)?.id == application.id
        if isThere, try session.secretHash(of: application.id) == hash { return false }
        try session.put(application, secretHash: hash)
        return true
    }
}
