import ConnectorKit
import Postgres

extension PostgresConnection {
    /// Connects as a destination does: loading and swapping large tables may take any time.
    static func open(_ options: ServerOptions) throws -> PostgresConnection {
        var settings = PostgresSettings()
        settings.hosts = [options.host]
        settings.ports = [options.port]
        settings.database = options.database
        settings.user = options.username
        settings.password = options.password
        settings.applicationName = "swiftlet-destination-postgres"
        settings.connectTimeout = .seconds(30)
        settings.statementTimeout = nil
        settings.lockTimeout = nil
        settings.idleInTransactionTimeout = nil
        settings.unacknowledgedTimeout = .seconds(120)
        return try options.withEncryptionParameters { parameters in
            settings.parameters = parameters
            return try PostgresConnection(settings)
        }
    }
}
