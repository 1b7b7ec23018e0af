import JSON
import Posix

/// What texts come to, for texts that are asked for over and over: the same text always comes to the same value. Bounded,
/// and forgotten as a whole.
///
/// Unchecked: what it holds is used under the lock.
package final class Memo: @unchecked Sendable {
    /// Hashed before the lock is taken.
    private struct Key: Hashable {
        let type: ObjectIdentifier
        let text: String
        let hash: Int

        init(_ type: any Any.Type, _ text: String) {
            self.type = ObjectIdentifier(type)
            self.text = text
            hash = text.hashValue
        }

        /// By the bytes: Swift takes two spellings of one letter for the same text, and what they come to is not.
        static func == (a: Key, b: Key) -> Bool {
            a.type == b.type && a.hash == b.hash && a.text.hasSameBytes(as: b.text)
        }

        func hash(into hasher: inout Hasher) { hasher.combine(hash) }
    }

    /// Longer ones would fill it for the few that read them.
    private static let longest = 64 << 10
    private static let most = 1000
    private static let mostBytes = 2 << 20

    private let lock = Lock()
    private var known: [Key: any Sendable] = [:]
    private var bytes = 0

    package init() {}

    /// The value of the text, made now or known from before.
    package func value<Value: Sendable>(of text: String, _ make: (String) throws -> Value) rethrows -> Value {
        guard text.utf8.count <= Self.longest else { return try make(text) }
        let key = Key(Value.self, text)
        if let found = find(key), let value = found as? Value { return value }
        let value = try make(text)
        keep(value, key)
        return value
    }

    private func find(_ key: Key) -> (any Sendable)? {
        lock.lock()
        defer { lock.unlock() }
        return known[key]
    }

    private func keep(_ value: any Sendable, _ key: Key) {
        lock.lock()
        defer { lock.unlock() }
        if known.count >= Self.most || bytes + key.text.utf8.count > Self.mostBytes {
            known = [:]
            bytes = 0
        }
        if known.updateValue(value, forKey: key) == nil { bytes += key.text.utf8.count }
    }
}
