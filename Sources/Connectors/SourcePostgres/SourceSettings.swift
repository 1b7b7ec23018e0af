import ConnectorKit
import Postgres

/// What the configuration asks of the source.
struct SourceSettings {
    let schemas: [String]
    let checkpointRows: Int
    private let server: ServerOptions

    init(_ configuration: Configuration) throws {
        server = try ServerOptions(configuration, defaultPort: 5432)
        let schemas = try configuration.strings("schemas") ?? []
        self.schemas = schemas.isEmpty ? ["public"] : schemas
        checkpointRows = try configuration.integer("checkpoint_rows", in: 1...10_000_000) ?? 10_000
        let method = try configuration.section("replication_method")?.string("method") ?? "Standard"
        guard method == "Standard" else {
            throw ConnectorError(
                .config,
                "The replication method \(method.prefix(40)) is not supported yet; choose Standard, a cursor per stream."
            )
        }
    }

    var warnings: [String] { server.warnings }

    /// Connects as a source does: reading a large table may take any time.
    func connect() throws -> PostgresConnection {
        var settings = PostgresSettings()
        settings.database = server.database
        settings.user = server.username
        settings.password = server.password
        settings.applicationName = "swiftlet-source-postgres"
        settings.statementTimeout = nil
        settings.lockTimeout = nil
        settings.idleInTransactionTimeout = nil
        settings.unacknowledgedTimeout = .seconds(120)
        return try server.connect { address in
            settings.hosts = [address.host]
            settings.ports = [address.port]
            settings.parameters = address.parameters
            settings.session = address.session
            settings.session["default_transaction_read_only"] = "on"
            settings.connectTimeout = address.connectTimeout
            settings.companion = address.tunnel
            return try PostgresConnection(settings)
        }
    }
}
