import Synchronization
import Time

/// Counts wrong passwords, and says when it is enough.
///
/// Every try is counted before it is made and taken off again if it was right, so that a hundred tries at once are no
/// way around.
final class FailureLimit: Sendable {
    private enum Subject: Hashable {
        case account(String, address: String)
        case address(String)
    }

    private struct Count {
        var tries: Int
        let until: Instant
    }

    private static let capacity = 20_000
    private let settings: AccessSettings
    private let counts = Mutex<[Subject: Count]>([:])

    init(_ settings: AccessSettings) { self.settings = settings }

    /// Counts a try. Throws `.tooMany` where there have been enough; that one is not counted.
    func admit(_ account: String, from address: String, at now: Instant) throws(AuthError) {
        let limits = self.limits(account, address)
        let wait: Duration? = counts.withLock { counts in
            let full = limits.compactMap { subject, limit -> Duration? in
                guard let count = counts[subject], now < count.until, count.tries >= limit else { return nil }
                return count.until - now
            }
            if let longest = full.max() { return longest }
            if counts.count > Self.capacity - limits.count { makeRoom(in: &counts, at: now) }
            for (subject, _) in limits {
                let old = counts[subject].flatMap { now < $0.until ? $0 : nil }
                counts[subject] = Count(tries: (old?.tries ?? 0) + 1, until: old?.until ?? now + settings.failureWindow)
            }
            return nil
        }
        if let wait { throw .tooMany(retryAfter: max(1, Int(wait.fractionalSeconds.rounded(.up)))) }
    }

    /// Takes a try off again that was none of somebody who guesses.
    func forgive(_ account: String, from address: String) {
        counts.withLock { counts in
            for (subject, _) in limits(account, address) {
                guard let count = counts[subject] else { continue }
                counts[subject] = count.tries > 1 ? Count(tries: count.tries - 1, until: count.until) : nil
            }
        }
    }

    private func limits(_ account: String, _ address: String) -> [(Subject, Int)] {
        let address = String(address.prefix(64))
        return [
            (.account(account.lowercased(), address: address), settings.failures),
            (.address(address), settings.failuresOfAddress),
        ]
    }

    /// What is over goes first, then what is over soonest.
    private func makeRoom(in counts: inout [Subject: Count], at now: Instant) {
        counts = counts.filter { now < $0.value.until }
        guard counts.count > Self.capacity / 2 else { return }
        let kept = counts.sorted { $0.value.until > $1.value.until }.prefix(Self.capacity / 2)
        counts = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
    }
}
