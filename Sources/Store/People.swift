package import Model
package import Posix
package import SQL
import Time

extension Session {
    package func person(_ id: PersonID) throws -> Person {
        guard let row = try row("SELECT * FROM person WHERE id = \(id) AND NOT tombstone") else {
            throw StoreError.notFound("user", id)
        }
        return try Person(row)
    }

    /// Nil where nobody has the address; upper and lower case are the same.
    package func person(email: String) throws -> Person? {
        try row("SELECT * FROM person WHERE email = \(email.lowercased()) AND NOT tombstone").map(Person.init)
    }

    /// The person that a token's `sub` names.
    package func person(authID: String) throws -> Person {
        let found = try row(
            """
            SELECT * FROM person
            WHERE NOT tombstone AND (auth_id = \(authID) OR auth_id IS NULL AND id = \(authID.lowercased()))
            """)
        guard let found else { throw StoreError.notFound("user", authID) }
        return try Person(found)
    }

    /// Everybody, or who has a permission in an organization, one of its workspaces or all over the instance; by name.
    package func people(organization: UUID? = nil) throws -> [Person] {
        guard let organization else {
            return try rows("SELECT * FROM person WHERE NOT tombstone ORDER BY name, id").map(Person.init)
        }
        return try rows(
            """
            SELECT * FROM person WHERE NOT tombstone AND id IN (
                SELECT person_id FROM permission
                WHERE organization_id = \(organization) OR type = 'instance_admin' OR workspace_id IN (
                    SELECT id FROM workspace WHERE organization_id = \(organization) AND NOT tombstone))
            ORDER BY name, id
            """
        ).map(Person.init)
    }

    /// Throws `.conflict` where somebody has the address already.
    package func insert(_ person: Person, passwordHash: String? = nil) throws {
        let added = try run(
            """
            INSERT INTO person (id, name, email, password_hash, auth_id, default_workspace_id, created_at)
            VALUES (\(person.id), \(person.name), \(person.email), \(passwordHash), \(person.authID),
                    \(person.defaultWorkspaceID), \(person.createdAt))
            ON CONFLICT DO NOTHING
            """)
        guard added == 1 else { throw takenAddress(person) }
    }

    /// Replaces name, address and default workspace. Throws `.conflict` where somebody else has the address.
    package func update(_ person: Person) throws {
        if let other = try self.person(email: person.email), other.id != person.id { throw takenAddress(person) }
        let changed = try run(
            """
            UPDATE person SET name = \(person.name), email = \(person.email),
                              default_workspace_id = \(person.defaultWorkspaceID)
            WHERE id = \(person.id) AND NOT tombstone
            """)
        guard changed == 1 else { throw StoreError.notFound("user", person.id) }
    }

    /// Nil where the person cannot sign in with a password.
    package func passwordHash(of person: PersonID) throws -> String? {
        try value("SELECT password_hash FROM person WHERE id = \(person) AND NOT tombstone")
    }

    /// Signs the person out everywhere.
    package func setPasswordHash(_ hash: String?, of person: PersonID) throws {
        let changed = try run("UPDATE person SET password_hash = \(hash) WHERE id = \(person) AND NOT tombstone")
        guard changed == 1 else { throw StoreError.notFound("user", person) }
        try deleteSignIns(of: person)
    }

    /// Takes everything away that the person could sign in with. Throws `.unsupported` for the first person, whom
    /// everything belongs to where nobody signs in.
    package func deletePerson(_ id: PersonID) throws {
        guard id != Person.first else {
            throw StoreError(
                .unsupported, "user", id: id.description, "The first administrator cannot be deleted.")
        }
        let changed = try run(
            """
            UPDATE person SET tombstone = TRUE, password_hash = NULL, auth_id = NULL
            WHERE id = \(id) AND NOT tombstone
            """)
        guard changed == 1 else { throw StoreError.notFound("user", id) }
        try deleteSignIns(of: id)
        try run("DELETE FROM application WHERE person_id = \(id)")
        try run("DELETE FROM permission WHERE person_id = \(id)")
    }

    private func takenAddress(_ person: Person) -> StoreError {
        StoreError(
            .conflict, "user", id: person.id.description,
            "Somebody has the address \(person.email.prefix(200)) already."
        )
    }
}

extension Person {
    init(_ row: Row) throws {
        self.init(
            id: try row.id("id"), name: try row.get("name"), email: try row.get("email"),
            authID: try row.getOptional("auth_id"), defaultWorkspaceID: try row.optionalID("default_workspace_id"),
            createdAt: try row.get("created_at"))
    }
}
