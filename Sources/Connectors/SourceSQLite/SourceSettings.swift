import ConnectorKit

/// What the configuration asks of the source.
struct SourceSettings: ConnectorSettings {
    @Option(
        "Database path", "The absolute path of the SQLite file, which is only read.",
        examples: ["/var/lib/swiftlet/warehouse.db"])
    var databasePath: AbsolutePath

    @Option("Tables", "The tables and views to offer; all of them where none is named.")
    var tables: [String]?

    @Option("Rows per checkpoint", "After about how many rows a stream's position is saved.", .within(1...10_000_000))
    var checkpointRows = 10_000
}
