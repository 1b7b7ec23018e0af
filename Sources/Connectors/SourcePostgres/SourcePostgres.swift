package import Airbyte
package import ConnectorKit
import JSON
import Postgres
import SQL

/// Reads tables and views of a Postgres database, whole or by a cursor column.
package struct SourcePostgres: SourceConnector {
    package static let name = "source-postgres"

    package init() {}

    package func check(_ configuration: Configuration) throws {
        let settings = try SourceSettings(configuration)
        let connection = try settings.connect()
        let found = try connection.rows("SELECT nspname::text AS name FROM pg_catalog.pg_namespace").map { row in
            try row.get("name", as: String.self)
        }
        let missing = settings.schemas.filter { !found.contains($0) }
        guard missing.isEmpty else {
            throw ConnectorError(
                .config, "The database has no schema called \(missing.joined(separator: ", ")); correct \"schemas\".")
        }
        if case .capture(let capture) = settings.method {
            let problems = try CaptureCheck(settings: settings, capture: capture).problems(connection)
            if !problems.isEmpty { throw ConnectorError(.config, problems.joined(separator: " ")) }
        }
    }

    package func discover(_ configuration: Configuration) throws -> AirbyteCatalog {
        let settings = try SourceSettings(configuration)
        let connection = try settings.connect()
        let tables = try SourceTable.all(in: settings.schemas, connection)
        switch settings.method {
        case .standard: return AirbyteCatalog(streams: tables.map(\.stream))
        case .xmin: return AirbyteCatalog(streams: try tables.map { try $0.numberedStream(connection) })
        case .capture(let capture):
            let publication = try Publication(capture.publication, in: settings.schemas, connection)
            return AirbyteCatalog(streams: tables.map { CapturedTable($0, publication)?.stream ?? $0.copiedStream })
        }
    }

    package func read(
        _ configuration: Configuration, catalog: ConfiguredCatalog, state: ConnectionState, output: ConnectorOutput
    ) throws {
        let settings = try SourceSettings(configuration)
        for warning in settings.warnings { try output.log(.warn, warning) }
        if case .capture(let capture) = settings.method {
            return try CaptureReader(settings, capture, output).read(catalog, from: state)
        }
        switch state {
        case .empty, .stream: break
        case .global, .legacy:
            throw ConnectorError(
                .config, "The saved state is not one of cursors per stream, such as CDC's; clear it and sync again.")
        }
        try StreamsReader(settings, state, output).read(catalog)
    }
}
