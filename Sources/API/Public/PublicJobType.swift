import Model

/// The kinds of jobs in the public API's words.
enum PublicJobType: String, WireReadable, CaseIterable {
    case sync, reset, refresh, clear

    var kind: Job.Kind {
        switch self {
        case .sync: .sync
        case .reset, .clear: .reset
        case .refresh: .refresh
        }
    }

    init(_ kind: Job.Kind) {
        switch kind {
        case .sync: self = .sync
        case .reset: self = .reset
        case .refresh: self = .refresh
        }
    }
}
