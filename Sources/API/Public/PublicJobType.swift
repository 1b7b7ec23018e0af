import Model

/// The kinds of jobs in the public API's words.
enum PublicJobType: String, WireReadable, CaseIterable {
    case sync, reset, refresh, clear

    /// Nil for what cannot be ordered here.
    var kind: Job.Kind? {
        switch self {
        case .sync: .sync
        case .reset, .clear: .reset
        case .refresh: nil
        }
    }

    init(_ kind: Job.Kind) { self = kind == .sync ? .sync : .reset }
}
