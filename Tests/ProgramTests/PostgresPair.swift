import JSON
import Posix
import Postgres
import SQL
import TestKit

/// Two databases of one server, a table in the first, and our Postgres connectors to move it.
struct PostgresPair: Sendable {
    static let rows = 60_000

    let server: ThrowawayPostgres
    let source: String
    let warehouse: String
    private let installation: Installation
    let program: RunningProgram
    let api: APIClient

    init() async throws {
        server = try await ThrowawayPostgres.shared()
        source = try await server.freshDatabase()
        warehouse = try await server.freshDatabase()
        installation = try Installation(settings: ["SYNC_JOB_RETRIES_COMPLETE_FAILURES_BACKOFF_MIN_INTERVAL_S": "0"])
        (program, api) = try await installation.up()
        try await execute(
            """
            CREATE TABLE things (
                id int PRIMARY KEY, u uuid NOT NULL, j jsonb, n numeric, at timestamptz, t text, hidden text NOT NULL);
            INSERT INTO things SELECT g, md5(g::text)::uuid, CASE WHEN g % 11 > 0 THEN
                jsonb_build_object('n', g / 4.0, 'é"\\', ARRAY[g, NULL]) END, CASE WHEN g % 7 > 0 THEN g / 7.0 END,
                to_timestamp(g * 1e5 / 3), CASE WHEN g % 5 > 0 THEN repeat(chr(97 + g % 26), g % 300) END, 'h' || g
            FROM generate_series(1, \(Self.rows)) g
            """, in: source)
    }

    /// A connection of all columns, with the rows in their table's own namespace.
    func connection(
        _ mode: JSON = "overwrite", source settings: JSONObject = [:], more: JSONObject = [:]
    ) async throws -> JSON {
        var configuration = server.connectorConfiguration(source)
        for (key, value) in settings { configuration[key] = value }
        return try await api.connection(
            from: api.source("swiftlet/source-postgres", configuration),
            to: api.destination("swiftlet/destination-postgres", server.connectorConfiguration(warehouse)),
            "full_refresh", mode, cursor: nil, more: more)
    }

    func sync(_ connection: JSON) async throws -> EndedJob { EndedJob(try await api.ended(api.sync(connection))) }

    func execute(_ script: String, in url: String) async throws {
        try await Thread.value { try PostgresConnection(PostgresSettings(url: url)).execute(script: script) }
    }

    func values(_ sql: String, in url: String) async throws -> [String] {
        try await Thread.value {
            try PostgresConnection(PostgresSettings(url: url)).rows(Query(trusted: sql)).map { try $0.get("value") }
        }
    }

    /// The bytes of the table's tuples in binary, in the types that the destination's columns have.
    var bytesInBlocks: Int {
        get async throws {
            let sends = [
                "int8send(id)", "textsend(u::text)", "jsonb_send(j)", "numeric_send(n)", "timestamptz_send(at)",
                "textsend(t)", "textsend(hidden)",
            ]
            let lengths = sends.map { "coalesce(length(\($0)), 0)" }.joined(separator: " + ")
            let sql = "SELECT sum(2 + 4 * \(sends.count) + \(lengths))::text AS value FROM things"
            return Int(try await values(sql, in: source).first ?? "") ?? -1
        }
    }

    /// The rows of `things` that only one of the two databases has, as the columns in `list` show them.
    func differences(
        _ table: String = "public.things", _ list: String = "id::bigint, u::text, j, n, at, t, hidden"
    ) async throws -> [String] {
        let there = try await values("SELECT ROW(\(list))::text AS value FROM things ORDER BY id", in: source)
        let here = try await values("SELECT ROW(\(list))::text AS value FROM \(table) ORDER BY id", in: warehouse)
        var counts: [String: Int] = [:]
        for row in there { counts[row, default: 0] += 1 }
        for row in here { counts[row, default: 0] -= 1 }
        return counts.filter { $0.value != 0 }.map { "\($0.value): \($0.key)" }.sorted()
    }
}
