import Time

/// A bounded number of values, each remembered for a short time.
struct ShortMemory<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        let value: Value
        let since: Instant
        let until: Instant
    }

    private let capacity: Int
    private let life: Duration
    private var entries: [Key: Entry] = [:]

    init(capacity: Int, life: Duration) {
        self.capacity = capacity
        self.life = life
    }

    /// A clock that was set back forgets, rather than remember for longer.
    func value(of key: Key, at now: Instant) -> Value? {
        guard let entry = entries[key], entry.since <= now, now < entry.until else { return nil }
        return entry.value
    }

    mutating func keep(_ value: Value, of key: Key, at now: Instant) {
        if entries.count >= capacity, entries[key] == nil {
            entries = entries.filter { $0.value.since <= now && now < $0.value.until }
            // All of it can be found out again, so none of it is worth choosing between.
            if entries.count >= capacity { entries.removeAll() }
        }
        entries[key] = Entry(value: value, since: now, until: now + life)
    }

    mutating func forget(_ key: Key) { entries[key] = nil }
    mutating func forgetAll() { entries.removeAll() }
    var count: Int { entries.count }
}
