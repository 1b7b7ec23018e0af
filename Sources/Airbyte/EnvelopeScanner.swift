import Glibc

/// Reads the envelope of messages, one line at a time, without decoding a record's `data`.
///
/// It remembers the last records it read in full by their bytes up to `data`: a line that begins with the same bytes
/// is read on from there. So nothing is assumed about the order of keys or about white space.
package struct EnvelopeScanner: ~Copyable {
    package static let memoCount = 16
    /// Longer prefixes are not remembered.
    private static let longestPrefix = 1024

    private struct Memo {
        let walk: EnvelopeWalk
        let serial: Int
        let length: Int
    }

    private var memos: [Memo?] = Array(repeating: nil, count: memoCount)
    private let prefixes: UnsafeMutablePointer<UInt8>
    private var latest = 0
    private var victim = 0
    private var serial = 0

    package init() {
        prefixes = .allocate(capacity: Self.memoCount * Self.longestPrefix)
        prefixes.initialize(repeating: 0, count: Self.memoCount * Self.longestPrefix)
    }

    deinit { prefixes.deallocate() }

    /// The envelope of a line, given without its newline.
    package mutating func scan(_ line: UnsafeBufferPointer<UInt8>) -> Envelope {
        guard let base = line.baseAddress else { return .garbage }
        let count = line.count
        if let slot = remembered(base, count), let memo = memos[slot] {
            latest = slot
            var walk = memo.walk
            walk.envelope.prefix = Envelope.Prefix(slot: slot, serial: memo.serial, length: memo.length)
            return walk.finish(base, count)
        }
        var walk = EnvelopeWalk()
        guard walk.reachData(base, count) else { return walk.end(base, count) }
        walk.envelope.prefix = remember(walk, base)
        return walk.finish(base, count)
    }

    private func remembered(_ base: UnsafePointer<UInt8>, _ count: Int) -> Int? {
        for step in 0..<Self.memoCount {
            let slot = (latest + step) % Self.memoCount
            guard let memo = memos[slot] else { continue }
            if memo.length <= count, memcmp(base, prefixes + slot * Self.longestPrefix, memo.length) == 0 {
                return slot
            }
        }
        return nil
    }

    /// Keeps the walk as it stands at the opening brace of `data`.
    private mutating func remember(_ walk: EnvelopeWalk, _ base: UnsafePointer<UInt8>) -> Envelope.Prefix? {
        let length = walk.at + 1
        guard length <= Self.longestPrefix else { return nil }
        let slot = victim
        victim = (victim + 1) % Self.memoCount
        serial += 1
        memcpy(prefixes + slot * Self.longestPrefix, base, length)
        memos[slot] = Memo(walk: walk, serial: serial, length: length)
        latest = slot
        return Envelope.Prefix(slot: slot, serial: serial, length: length)
    }
}
