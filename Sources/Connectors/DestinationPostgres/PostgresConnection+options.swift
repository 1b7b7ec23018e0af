import ConnectorKit
import Postgres
import SQL

extension PostgresConnection {
    /// Connects as a destination does: loading and swapping large tables may take any time.
    static func open(_ options: ServerOptions) throws -> PostgresConnection {
        var settings = PostgresSettings()
        settings.database = options.database
        settings.user = options.username
        settings.password = options.password
        settings.applicationName = "swiftlet-destination-postgres"
        settings.statementTimeout = nil
        settings.lockTimeout = nil
        settings.idleInTransactionTimeout = nil
        settings.unacknowledgedTimeout = .seconds(120)
        return try options.connect { address in
            settings.hosts = [address.host]
            settings.ports = [address.port]
            settings.parameters = address.parameters
            settings.session = session.merging(address.session) { $1 }
            settings.connectTimeout = address.connectTimeout
            settings.companion = address.tunnel
            let connection = try PostgresConnection(settings)
            try connection.raiseWorkMemory()
            return connection
        }
    }

    /// Statements run once, over rows that came just now: to compile them costs more than it saves.
    private static let session = ["jit": "off", "temp_buffers": "32MB"]

    /// Else the batches are sorted on disk.
    private func raiseWorkMemory() throws {
        _ = try rows(
            """
            SELECT set_config('work_mem', '32MB', false)
            WHERE pg_size_bytes(current_setting('work_mem')) < pg_size_bytes('32MB')
            """)
    }
}
