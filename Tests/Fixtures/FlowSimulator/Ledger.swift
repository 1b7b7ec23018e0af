import Flow
import JSON

/// What the bodies saw and the users were told, to be compared with what is stored.
final class Ledger {
    struct Key: Hashable {
        let run: RunID
        let step: String
    }

    /// What a step answered to its body; every later pass must get the same.
    private(set) var values: [Key: Int] = [:]
    /// Under which token a value was made.
    private(set) var makers: [Int: Int64] = [:]
    /// How often a body that may run once has begun.
    private(set) var beginnings: [Key: Int] = [:]
    private var failures: [Key: Int] = [:]
    /// Runs whose start was confirmed.
    var started: [RunID] = []
    /// Runs whose cancellation was confirmed, and whether that ended them.
    var cancelled: [(run: RunID, ended: Bool)] = []

    func made(_ value: Int, under token: Int64) { makers[value] = token }

    /// False where an earlier pass got another value.
    func returned(_ value: Int, _ key: Key) -> Bool {
        let earlier = values.updateValue(value, forKey: key)
        return earlier == nil || earlier == value
    }

    /// False where it had begun before.
    func began(_ key: Key) -> Bool {
        beginnings[key, default: 0] += 1
        return beginnings[key] == 1
    }

    /// Whether a try is to fail: the first `count` do.
    func fails(_ key: Key, count: Int) -> Bool {
        failures[key, default: 0] += 1
        return failures[key, default: 0] <= count
    }
}
