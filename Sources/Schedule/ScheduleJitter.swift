package import Time

/// Moves firings a little, so that the many schedules which name the same minute do not begin at once.
///
/// The longer the wait, the wider the window. An interval may fire half a window early or late, a cron expression only
/// late (protocol.md 3.9). One connection's same slot is always moved by the same amount.
package struct ScheduleJitter: Sendable, Hashable {
    private let isOn: Bool

    package static let off = ScheduleJitter(isOn: false)
    package static let on = ScheduleJitter(isOn: true)

    /// How far to move a slot that is `wait` away.
    ///
    /// - Parameter mayBeEarly: whether the window lies around the slot in place of behind it.
    package func shift(of key: String, at slot: Instant, wait: Duration, mayBeEarly: Bool) -> Duration {
        guard isOn else { return .zero }
        let window = Self.window(for: wait).fractionalSeconds
        // FNV-1a: the same in every process, unlike Swift's own hashing.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in "\(key)@\(slot.microseconds)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let part = Double(hash >> 11) / Double(1 << 53) * window
        return .seconds(mayBeEarly ? part - window / 2 : part)
    }

    private static func window(for wait: Duration) -> Duration {
        switch wait {
        case ...(.seconds(5 * 60)): .zero
        case ...(.seconds(90 * 60)): .seconds(2 * 60)
        case ...(.seconds(150 * 60)): .seconds(5 * 60)
        case ...(.seconds(390 * 60)): .seconds(15 * 60)
        default: .seconds(25 * 60)
        }
    }
}
