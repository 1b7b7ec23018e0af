import Airbyte
import ConnectorKit
import JSON
import Posix
import Postgres
import SQL
import SQLite
import TestKit

/// A destination with a database of its own, for tests that hold for every one of them.
final class DestinationUnderTest: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case sqlite, postgres
    }

    let kind: Kind
    let configuration: JSON
    private let folder: TemporaryFolder?
    private let url: String

    /// - Parameter more: of the configuration.
    init(_ kind: Kind, _ more: JSONObject = [:]) async throws {
        self.kind = kind
        var configuration: JSON
        switch kind {
        case .sqlite:
            let folder = try TemporaryFolder()
            self.folder = folder
            url = "\(folder.path)/some/folder/warehouse.db"
            configuration = ["destination_path": .string(url), "unknown": 1]
        case .postgres:
            folder = nil
            let server = try await ThrowawayPostgres.shared()
            url = try await server.freshDatabase()
            configuration = Self.configuration(server, url)
        }
        for (key, value) in more { configuration[key] = value }
        self.configuration = configuration
    }

    /// What both the source and the destination take.
    static func configuration(_ server: ThrowawayPostgres, _ url: String) -> JSON {
        let name = url.split(separator: "/").last.map(String.init) ?? ""
        return [
            "host": "127.0.0.1", "port": .integer(server.port), "database": .string(name),
            "username": .string(ThrowawayPostgres.user), "password": .string(server.password), "schema": "public",
            "ssl_mode": ["mode": "disable"], "tunnel_method": ["tunnel_method": "NO_TUNNEL"],
        ]
    }

    func write(
        _ streams: [ConfiguredStream], _ input: [String], resume point: ResumePoint? = nil
    ) async throws -> ConnectorRun {
        try await ConnectorRun.run(
            ["destination-\(kind.rawValue)", "write"],
            files: [("config", configuration), ("catalog", JSON.encode(ConfiguredCatalog(streams: streams)))]
                + (point.map { [("resume", try JSON.encode($0))] } ?? []),
            input: input)
    }

    func execute(_ script: String) async throws {
        try await Thread.value { [kind, url] in
            switch kind {
            case .sqlite: try SQLiteConnection(path: url, access: .readWrite).execute(script: script)
            case .postgres: try PostgresConnection(PostgresSettings(url: url)).execute(script: script)
            }
        }
    }

    /// The rows as texts, with `|` between values and `-` for NULL. Booleans are 1 and 0.
    func rows(_ sql: String) async throws -> [String] {
        let rows = try await Thread.value { [kind, url] in
            switch kind {
            case .sqlite: try SQLiteConnection(path: url, access: .readOnly).rows(Query(trusted: sql))
            case .postgres: try PostgresConnection(PostgresSettings(url: url)).rows(Query(trusted: sql))
            }
        }
        return rows.map { row in
            row.values.map { value in
                switch value {
                case .null: "-"
                case .bool(let flag): flag ? "1" : "0"
                case .integer(let integer): String(integer)
                case .double(let double): "\(double)"
                case .text(let text): text
                case .bytes: "bytes"
                }
            }.joined(separator: "|")
        }
    }

    func tables() async throws -> [String] {
        switch kind {
        case .sqlite: try await rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        case .postgres:
            try await rows(
                """
                SELECT tablename::text FROM pg_tables
                WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND schemaname NOT LIKE 'pg\\_temp%' ORDER BY 1
                """
            )
        }
    }
}
