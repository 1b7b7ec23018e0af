import Posix
import Testing

/// Connector output made of a grammar and then broken byte by byte, through all that reads it. Nothing may crash, hang
/// or grow without bound, and what is counted must agree with what was sent.
///
/// `SWIFTLET_FUZZ=long` makes more than a million cases; `SWIFTLET_FUZZ_SEED` repeats a run.
@Suite(.serialized, .timeLimit(.minutes(Environment.current["SWIFTLET_FUZZ"] == "long" ? 60 : 10))) enum Fuzz {
    static let isLong = Environment.current["SWIFTLET_FUZZ"] == "long"
}
