import ConnectorKit
import Model
import SQL
import Schema
import Secrets
import Store
import Time

extension Platform {
    /// Brings the schema up to date and adds what every installation starts with. Safe to repeat and to run twice at
    /// once. Returns a sentence for each thing done.
    package func bootload() async throws -> [String] {
        let applied = try await Migrator(database).migrate()
        try await database.write { session in
            try seed(in: session)
            try vault.tieKey(in: session, at: Instant(microseconds: session.now()))
        }
        let admin = try await seedAdmin()
        return applied.map { "Applied migration \($0.number) (\($0.name))." }
            + ["The schema is at version \(Migration.all.last?.number ?? 0)."] + admin
    }

    private func seed(in session: any Session) throws {
        let now = Instant(microseconds: try session.now())
        try session.seedOwner(organization: "Default Organization", email: "admin@localhost")
        if try session.workspaces().isEmpty {
            try session.seed(Workspace(name: "Default Workspace", slug: "default", createdAt: now))
        }
        for definition in NativeConnectors.definitions(at: now) { try session.seed(definition) }
    }
}
