import Crypto
package import Model
import Posix
package import SQL
import Store
import Time

/// Makes applications; their secrets are shown once and stored as hashes.
package struct Applications: Sendable {
    package struct New: Sendable {
        package let application: Application
        package let clientSecret: String
    }

    let keys: AccessKeys

    /// Throws `.conflict` where the person has a hundred already.
    package func create(_ name: String, for person: PersonID, in session: any Session) throws -> New {
        guard try session.applications(of: person).count < 100 else {
            throw StoreError(
                .conflict, "application", id: person.description,
                "The user has 100 applications; delete one that is not needed.")
        }
        let application = Application(
            name: name, clientID: UUID().description, personID: person,
            createdAt: Instant(microseconds: try session.now()))
        let secret = SecretText.make()
        try session.insert(application, secretHash: keys.hash(ofSecret: secret))
        return New(application: application, clientSecret: secret)
    }
}
