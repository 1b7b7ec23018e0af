/// How a source reads a stream.
package enum SyncMode: String, Sendable, Codable, Hashable, CaseIterable {
    case fullRefresh = "full_refresh"
    case incremental
}

/// How a destination writes a stream.
package enum DestinationSyncMode: String, Sendable, Codable, Hashable, CaseIterable {
    case append
    case overwrite
    case appendDedup = "append_dedup"
    /// Configuration only; connectors are told `overwrite` or `append_dedup` (protocol.md 1.10).
    case overwriteDedup = "overwrite_dedup"
    case update
    case softDelete = "soft_delete"

    package var isOverwrite: Bool { self == .overwrite || self == .overwriteDedup }
    package var isDedup: Bool { self == .appendDedup || self == .overwriteDedup }
}
