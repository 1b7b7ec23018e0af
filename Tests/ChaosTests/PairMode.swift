import JSON
import Testing

/// A way in which rows come from one Postgres to another.
enum PairMode: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case overwrite, append
    /// Incremental and merged by key: by a column that grows with each write, by the transaction, from the log.
    case cursor, xmin, changes

    var testDescription: String { rawValue }

    var syncMode: JSON { self == .overwrite || self == .append ? "full_refresh" : "incremental" }

    var destinationSyncMode: JSON {
        switch self {
        case .overwrite: "overwrite"
        case .append: "append"
        case .cursor, .xmin, .changes: "append_dedup"
        }
    }

    /// Whether what was deleted at the source is not in the destination after the next sync.
    var seesDeletes: Bool { self == .overwrite || self == .append || self == .changes }
}
