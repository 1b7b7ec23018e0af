import Testing

/// Every program as a process of its own, driven over its API.
///
/// One test after the other: each starts several programs, and the machine that they are tested on may be small.
@Suite(.serialized, .timeLimit(.minutes(2))) enum Programs {}
