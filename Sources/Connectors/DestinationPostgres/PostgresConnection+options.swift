import ConnectorKit
import Postgres

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
            settings.session = address.session
            settings.connectTimeout = address.connectTimeout
            settings.companion = address.tunnel
            return try PostgresConnection(settings)
        }
    }
}
