import Airbyte

/// How a stream is read and written, in the public API's words.
enum PublicSyncMode: String, WireReadable, CaseIterable {
    case fullRefreshOverwrite = "full_refresh_overwrite"
    case fullRefreshOverwriteDeduped = "full_refresh_overwrite_deduped"
    case fullRefreshAppend = "full_refresh_append"
    case fullRefreshUpdate = "full_refresh_update"
    case fullRefreshSoftDelete = "full_refresh_soft_delete"
    case incrementalAppend = "incremental_append"
    case incrementalDedupedHistory = "incremental_deduped_history"
    case incrementalUpdate = "incremental_update"
    case incrementalSoftDelete = "incremental_soft_delete"

    var modes: (read: SyncMode, write: DestinationSyncMode) {
        switch self {
        case .fullRefreshOverwrite: (.fullRefresh, .overwrite)
        case .fullRefreshOverwriteDeduped: (.fullRefresh, .overwriteDedup)
        case .fullRefreshAppend: (.fullRefresh, .append)
        case .fullRefreshUpdate: (.fullRefresh, .update)
        case .fullRefreshSoftDelete: (.fullRefresh, .softDelete)
        case .incrementalAppend: (.incremental, .append)
        case .incrementalDedupedHistory: (.incremental, .appendDedup)
        case .incrementalUpdate: (.incremental, .update)
        case .incrementalSoftDelete: (.incremental, .softDelete)
        }
    }

    /// Nil for what only the Config API can say.
    init?(_ stream: ConfiguredStream) {
        let mode = Self.allCases.first { $0.modes == (stream.syncMode, stream.destinationSyncMode) }
        guard let mode else { return nil }
        self = mode
    }

    /// What a stream can be moved with.
    ///
    /// - Parameter destination: the destination's modes by its specification; an empty list says nothing, and stands for
    ///   those that all destinations were once to have.
    static func offered(by stream: AirbyteStream, to destination: [String]) -> [PublicSyncMode] {
        let reads = stream.supportedSyncModes.isEmpty ? [.fullRefresh] : stream.supportedSyncModes
        let writes = destination.isEmpty ? ["append", "overwrite", "append_dedup"] : destination
        return allCases.filter { mode in
            let (read, write) = mode.modes
            let needed = write == .overwriteDedup ? .overwrite : write
            return reads.contains(read) && writes.contains(needed.rawValue)
        }
    }
}
