package import Airbyte
import JSON
package import Model
package import SQL
import Store
package import Time

/// What a change of a connection's streams calls for (protocol.md 3.7): a stream that is read or written in another way
/// from now on starts anew, and nothing that was moved so far is lost for it.
package struct ConnectionChange: Sendable {
    /// What the client asks for.
    package enum Wish: Sendable, Hashable {
        /// Nothing was said: changed streams are read anew by the next job, where the destination can merge that.
        case quiet
        /// Changed streams, those with another schema too, are read anew or else cleared, right away.
        case startAnew
        /// As little as possible: only a state that belongs to another sync mode is forgotten.
        case keep
    }

    /// Streams of which something but the schema has changed.
    package let changed: [StreamDescriptor]
    /// Streams of which only the schema has changed, as the destination sees it.
    package let reshaped: [StreamDescriptor]
    /// Those of them whose sync mode has changed: their state makes no sense any more.
    package let switched: [StreamDescriptor]

    package init(from before: Connection, to after: Connection) {
        self.init(
            from: before.catalog, treated: before.treatments, to: after.catalog, treated: after.treatments)
    }

    package init(
        from before: ConfiguredCatalog, treated earlier: [StreamTreatment] = [], to after: ConfiguredCatalog,
        treated later: [StreamTreatment] = []
    ) {
        let remapped = Self.remapped(from: earlier, to: later)
        let known = Dictionary(before.streams.map { ($0.descriptor, $0) }, uniquingKeysWith: { first, _ in first })
        let pairs = after.streams.compactMap { new in known[new.descriptor].map { ($0, new) } }
        switched = pairs.filter { $0.syncMode != $1.syncMode }.map { $1.descriptor }
        changed = pairs.filter { !$0.isMoved(like: $1) }.map { $1.descriptor }
        reshaped = pairs.filter { old, new in
            guard old.isMoved(like: new) else { return false }
            return old.stream.jsonSchema != new.stream.jsonSchema || remapped.contains(new.descriptor)
        }.map { $1.descriptor }
    }

    /// The streams whose records come out of their mappers in another shape.
    private static func remapped(from before: [StreamTreatment], to after: [StreamTreatment]) -> Set<StreamDescriptor> {
        func mappers(_ treatments: [StreamTreatment]) -> [StreamDescriptor: [[JSON?]]] {
            Dictionary(
                treatments.map { ($0.stream, $0.mappers.map { [$0["name"], $0["config"]] }) },
                uniquingKeysWith: { first, _ in first })
        }
        let (old, new) = (mappers(before), mappers(after))
        return Set(old.keys).union(new.keys).filter { old[$0] ?? [] != new[$0] ?? [] }
    }

    /// Writes it down in the transaction that changes the connection, whose row is held. Returns whether a job should
    /// start for it right away.
    package func apply(
        _ wish: Wish, to connection: ConnectionID, supportsRefreshes: Bool, in session: any Session, at now: Instant
    ) throws -> Bool {
        let affected = wish == .startAnew ? changed + reshaped : wish == .quiet ? changed : []
        if supportsRefreshes {
            try session.addRefreshes(affected.map { StreamRefresh($0, .merge) }, to: connection, at: now)
        } else if wish == .startAnew {
            try session.addResets(affected, to: connection, at: now)
        }
        let isNoted = wish != .keep && (supportsRefreshes || wish == .startAnew)
        if !isNoted {
            try session.deleteState(of: connection, streams: switched)
            // A job under way would save its old state again.
            if try session.liveJob(of: connection) != nil {
                try session.addRefreshes(switched.map { StreamRefresh($0, .merge) }, to: connection, at: now)
            }
        }
        return wish == .startAnew && !affected.isEmpty
    }
}

extension ConfiguredStream {
    /// Whether mode, cursor and key are the same.
    fileprivate func isMoved(like other: ConfiguredStream) -> Bool {
        syncMode == other.syncMode && destinationSyncMode == other.destinationSyncMode
            && effectiveCursor == other.effectiveCursor
            && Set(effectivePrimaryKey) == Set(other.effectivePrimaryKey)
    }
}
