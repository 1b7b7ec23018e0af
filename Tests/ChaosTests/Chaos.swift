import Posix
import Testing

/// What must hold when processes, the database or single connectors are killed, frozen or gone.
///
/// One test after the other: what is measured is what survives, not how a small machine bears a crowd.
@Suite(.serialized, .timeLimit(.minutes(Environment.current["SWIFTLET_CHAOS"] == "long" ? 40 : 10))) enum Chaos {
    /// `SWIFTLET_CHAOS=long`: more of everything.
    static let isLong = Environment.current["SWIFTLET_CHAOS"] == "long"
}
