package import Model
package import SQL
import Time

extension Session {
    package func application(_ id: ApplicationID) throws -> Application {
        guard let row = try row("SELECT * FROM application WHERE id = \(id)") else {
            throw StoreError.notFound("application", id)
        }
        return try Application(row)
    }

    /// The newest first.
    package func applications(of person: PersonID) throws -> [Application] {
        try rows("SELECT * FROM application WHERE person_id = \(person) ORDER BY created_at DESC, id")
            .map(Application.init)
    }

    package func application(clientID: String) throws -> Application? {
        try row("SELECT * FROM application WHERE client_id = \(clientID)").map(Application.init)
    }

    /// Nil where there is no such application.
    package func secretHash(of application: ApplicationID) throws -> String? {
        try value("SELECT secret_hash FROM application WHERE id = \(application)")
    }

    /// Throws `.conflict` where another application has the client id.
    package func insert(_ application: Application, secretHash: String) throws {
        let added = try run(
            """
            INSERT INTO application (id, name, client_id, secret_hash, person_id, created_at)
            VALUES (\(application.id), \(application.name), \(application.clientID), \(secretHash),
                    \(application.personID), \(application.createdAt))
            ON CONFLICT DO NOTHING
            """)
        guard added == 1 else { throw takenClientID(application) }
    }

    /// Adds an application, or gives the one of this id its new name, client id and secret.
    package func put(_ application: Application, secretHash: String) throws {
        if let other = try self.application(clientID: application.clientID), other.id != application.id {
            throw takenClientID(application)
        }
        try run(
            """
            INSERT INTO application (id, name, client_id, secret_hash, person_id, created_at)
            VALUES (\(application.id), \(application.name), \(application.clientID), \(secretHash),
                    \(application.personID), \(application.createdAt))
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, client_id = excluded.client_id,
                                           secret_hash = excluded.secret_hash
            """)
    }

    /// Its secret and its tokens are worth nothing from then on.
    package func deleteApplication(_ id: ApplicationID) throws {
        guard try run("DELETE FROM application WHERE id = \(id)") == 1 else {
            throw StoreError.notFound("application", id)
        }
    }

    private func takenClientID(_ application: Application) -> StoreError {
        StoreError(
            .conflict, "application", id: application.id.description, "Another application has this client id.")
    }
}

extension Application {
    fileprivate init(_ row: Row) throws {
        self.init(
            id: try row.id("id"), name: try row.get("name"), clientID: try row.get("client_id"),
            personID: try row.id("person_id"), createdAt: try row.get("created_at"))
    }
}
