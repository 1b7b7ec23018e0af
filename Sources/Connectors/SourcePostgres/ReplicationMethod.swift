import ConnectorKit

/// How the source finds what changed.
enum ReplicationMethod {
    /// By a cursor column of each stream.
    case standard
    /// By the number of the transaction that wrote a row.
    case xmin
    /// By the changes that the server's log holds.
    case capture(CaptureSettings)

    init(_ section: Configuration?) throws {
        guard let section else {
            self = .standard
            return
        }
        switch try section.string("method") ?? "Standard" {
        case "Standard": self = .standard
        case "Xmin": self = .xmin
        case "CDC":
            self = .capture(try CaptureSettings(section))
        case let other:
            throw ConnectorError(
                .config,
                "There is no replication method \(other.prefix(40)); \"replication_method.method\" is CDC, Xmin or Standard."
            )
        }
    }
}
