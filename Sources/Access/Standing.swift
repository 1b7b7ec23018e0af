import Model
import SQL
import Store

/// What the store says of somebody at the moment: that they are there, what they may do, and how they sign in.
struct Standing: Sendable {
    /// A person, or an application that acts for one.
    struct Subject: Hashable, Sendable {
        let person: PersonID
        var application: ApplicationID?
    }

    let person: Person
    let grants: Grants
    /// The stored hash of what they sign in with; another one means that it was changed.
    let version: String?

    /// Nil where the person or the application is gone, or the application belongs to somebody else.
    init?(_ subject: Subject, in session: any Session) throws {
        do {
            person = try session.person(subject.person)
            if let application = subject.application {
                guard try session.application(application).personID == subject.person else { return nil }
                version = try session.secretHash(of: application)
            } else {
                version = try session.passwordHash(of: subject.person)
            }
        } catch let error as StoreError where error.code == .notFound {
            return nil
        }
        grants = try session.grants(of: subject.person)
    }

    func caller(_ method: Caller.Method, _ application: ApplicationID? = nil) -> Caller {
        Caller(
            personID: person.id, name: person.name, email: person.email, method: method, applicationID: application,
            grants: grants)
    }
}
