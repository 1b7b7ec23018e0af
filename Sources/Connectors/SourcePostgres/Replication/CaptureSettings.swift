import ConnectorKit

/// What the configuration says about reading changes from the server's log; the keys are those of Airbyte's own source.
struct CaptureSettings {
    let slot: String
    let publication: String
    /// How long nothing may come before a read ends.
    let waiting: Duration
    /// How long tables are copied before changes are read; what is missing then follows with the next read.
    let initialLoad: Duration
    /// Run when a read begins, so that there is a change to confirm on a quiet database.
    let heartbeat: String?
    /// Whether everything is read again when the saved position is gone; it fails otherwise.
    let resyncs: Bool
    /// What the configuration asks for and does not get, as sentences.
    let warnings: [String]

    init(_ section: Configuration) throws {
        slot = try section.required("replication_slot")
        guard slot.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") })
        else {
            throw ConnectorError(
                .config,
                "\"replication_method.replication_slot\" must be a slot's name: small letters, digits and underscores."
            )
        }
        publication = try section.required("publication")
        if let plugin = try section.string("plugin"), plugin != "pgoutput" {
            throw ConnectorError(
                .config, "The plugin \(plugin.prefix(40)) is not supported; make a slot with pgoutput.")
        }
        waiting = .seconds(try section.integer("initial_waiting_seconds", in: 1...86_400) ?? 1_200)
        initialLoad = .seconds(3_600 * (try section.integer("initial_load_timeout_hours", in: 1...8_760) ?? 8))
        _ = try section.integer("queue_size", in: 1...1_000_000_000)
        heartbeat = try section.string("heartbeat_action_query").flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
        switch try section.string("invalid_cdc_cursor_position_behavior") ?? Behaviour.fail {
        case Behaviour.fail: resyncs = false
        case Behaviour.resync: resyncs = true
        default:
            throw ConnectorError(
                .config,
                "\"replication_method.invalid_cdc_cursor_position_behavior\" must be \(Behaviour.fail) or \(Behaviour.resync)."
            )
        }
        let commit = try section.string("lsn_commit_behaviour")
        warnings =
            commit == Behaviour.commitWhileReading
            ? [
                "\"lsn_commit_behaviour\" is passed over: the slot is told to forget changes only once they are saved."
            ] : []
    }

    enum Behaviour {
        static let fail = "Fail sync"
        static let resync = "Re-sync data"
        static let commitWhileReading = "While reading Data"
        static let commitAfterLoading = "After loading Data in the destination"
    }
}
