/// Cases of the official suite that are not judged as it says, each with the reason. Where a schema is refused as a whole,
/// its group stands here without a case.
let officialSuiteExceptions: [String: String] = [:]
