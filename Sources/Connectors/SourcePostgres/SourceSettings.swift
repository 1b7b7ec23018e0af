import ConnectorKit
import Postgres

/// What the configuration asks of the source.
struct SourceSettings: Sendable {
    static let defaultConnections = 1

    let schemas: [String]
    let checkpointRows: Int
    /// How many may be open at once for reading tables.
    let connections: Int
    let method: ReplicationMethod
    private let server: ServerOptions

    init(_ configuration: Configuration) throws {
        server = try ServerOptions(configuration, defaultPort: 5432)
        let schemas = try configuration.strings("schemas") ?? []
        self.schemas = schemas.isEmpty ? ["public"] : schemas
        checkpointRows = try configuration.integer("checkpoint_rows", in: 1...10_000_000) ?? 10_000
        connections = try configuration.integer("max_db_connections", in: 1...1_000) ?? Self.defaultConnections
        method = try ReplicationMethod(configuration.section("replication_method"))
    }

    var warnings: [String] {
        if case .capture(let capture) = method { server.warnings + capture.warnings } else { server.warnings }
    }

    /// Connects as a source does: reading a large table may take any time.
    ///
    /// - Parameter writing: for what a user had us run; everything else only reads.
    func connect(writing: Bool = false) throws -> PostgresConnection {
        try connect(writing: writing) { try PostgresConnection($0) }
    }

    /// Connects to be sent what is committed.
    func connectForReplication() throws -> PostgresReplication {
        try connect(writing: false) { try PostgresReplication($0) }
    }

    private func connect<Connection>(
        writing: Bool, _ open: (PostgresSettings) throws -> Connection
    ) throws -> Connection {
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
            if !writing { settings.session["default_transaction_read_only"] = "on" }
            settings.connectTimeout = address.connectTimeout
            settings.companion = address.tunnel
            return try open(settings)
        }
    }
}
