package import Model
package import Posix
package import SQL

extension Session {
    package func organizations() throws -> [Organization] {
        try rows("SELECT * FROM organization ORDER BY name, id").map(Organization.init)
    }

    package func organization(_ id: UUID) throws -> Organization {
        guard let row = try row("SELECT * FROM organization WHERE id = \(id)") else {
            throw StoreError.notFound("organization", id)
        }
        return try Organization(row)
    }

    /// As `organization`, holding its row until the transaction ends.
    package func lockedOrganization(_ id: UUID) throws -> Organization {
        guard let row = try row("SELECT * FROM organization WHERE id = \(id) \(dialect.forUpdate)") else {
            throw StoreError.notFound("organization", id)
        }
        return try Organization(row)
    }

    package func insert(_ organization: Organization) throws {
        try run(
            """
            INSERT INTO organization (id, name, email)
            VALUES (\(organization.id), \(organization.name), \(organization.email))
            """)
    }

    /// Replaces what can change. The caller holds its row.
    package func update(_ organization: Organization) throws {
        try run(
            """
            UPDATE organization SET name = \(organization.name), email = \(organization.email)
            WHERE id = \(organization.id)
            """)
    }

    /// Throws `.conflict` where a workspace belongs to it, deleted ones included: their rows stay and point at it.
    package func deleteOrganization(_ id: UUID) throws {
        _ = try lockedOrganization(id)
        guard id != .zero else {
            throw StoreError(
                .conflict, "organization", id: id.description, "The organization that owns the instance stays.")
        }
        guard try row("SELECT 1 AS found FROM workspace WHERE organization_id = \(id)") == nil else {
            throw StoreError(
                .conflict, "organization", id: id.description,
                "The organization has, or had, workspaces, so it stays; only one without any can be deleted.")
        }
        try run("DELETE FROM organization WHERE id = \(id)")
    }

    /// Names the person that owns everything where nobody signs in.
    package func renameOwner(_ name: String?, email: String) throws {
        try run("UPDATE person SET email = \(email) WHERE id = \(UUID.zero)")
        if let name { try run("UPDATE person SET name = \(name) WHERE id = \(UUID.zero)") }
    }

    package func hasPerson(_ id: PersonID) throws -> Bool {
        try row("SELECT 1 AS found FROM person WHERE id = \(id)") != nil
    }

    package func personCount() throws -> Int { try value("SELECT count(*) FROM person", as: Int.self) ?? 0 }
}

extension Organization {
    init(_ row: Row) throws {
        guard let id = UUID(try row.get("id", as: String.self)) else {
            throw DatabaseError(.decoding, "Column id does not hold a UUID.")
        }
        self.init(id: id, name: try row.get("name"), email: try row.get("email"))
    }
}
