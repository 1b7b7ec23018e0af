package import Postgres

extension PostgresSettings {
    /// For tests, of which hundreds connect at once on a few cores.
    package static func patient(_ url: String) throws -> PostgresSettings {
        var settings = try PostgresSettings(url: url)
        settings.connectTimeout = .seconds(60)
        return settings
    }
}
