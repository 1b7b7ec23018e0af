import ConnectorKit
import Postgres
import SQL

/// Looks whether everything that reading changes needs is there.
struct CaptureCheck {
    let settings: SourceSettings
    let capture: CaptureSettings

    /// What is missing, a sentence each.
    func problems(_ connection: PostgresConnection, tryingToReplicate: Bool = true) throws -> [String] {
        var problems: [String] = []
        let server = try connection.rows(
            "SELECT current_setting('wal_level') AS level, pg_is_in_recovery() AS standby"
        ).first
        if try server?.get("standby", as: Bool.self) == true {
            return [
                "The server is a standby, on which it cannot be told what a snapshot holds; connect to the primary."
            ]
        }
        if let level = try server?.get("level", as: String.self), level != "logical" {
            problems.append("The server's wal_level is \(level); set it to logical and restart the server.")
        }
        if let problem = try ReplicationSlot(capture.slot, connection).problem { problems.append(problem) }
        if let problem = try publicationProblem(connection) { problems.append(problem) }
        if tryingToReplicate, let problem = try rightProblem() { problems.append(problem) }
        return problems
    }

    private func publicationProblem(_ connection: PostgresConnection) throws -> String? {
        let name = capture.publication
        let found = try connection.rows("SELECT 1 AS n FROM pg_catalog.pg_publication WHERE pubname = \(name)")
        guard !found.isEmpty else {
            return "The publication \(name) does not exist; make it with CREATE PUBLICATION \(quote(name)) FOR TABLE …."
        }
        let publication = try Publication(name, in: settings.schemas, connection)
        guard publication.tables.isEmpty else { return nil }
        return "The publication \(name) holds no table of the schemas \(settings.schemas.joined(separator: ", "))."
    }

    /// Whether the user may replicate is found out by doing so: services that host databases have roles of their own
    /// for it.
    private func rightProblem() throws -> String? {
        do {
            try settings.connectForReplication().close()
            return nil
        } catch {
            let error = ConnectorError(error)
            guard error.code == .config else { throw error }
            return "The user may not replicate; run ALTER ROLE … REPLICATION as an administrator. \(error.message)"
        }
    }
}
