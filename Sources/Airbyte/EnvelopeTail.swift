import CScan
import Glibc

/// The bytes behind a record's `data`, as a line had them that was walked in full.
///
/// A line with the same prefix and the same tail, but for the digits of `emitted_at`, says the same, so its tail need
/// not be walked.
struct EnvelopeTail {
    private static let longest = 128

    private let bytes: [UInt8]
    /// Of `emitted_at`, within `bytes`.
    private let digits: Range<Int>
    private let envelope: Envelope

    /// Nil for an envelope that is not simple: whose names come in the tail, or which has members beyond the usual.
    init?(_ envelope: Envelope, _ base: UnsafePointer<UInt8>, _ count: Int) {
        guard envelope.kind == .record, envelope.isNamedByPrefix, !envelope.hasExtras, let prefix = envelope.prefix,
            let data = envelope.data, data.lowerBound == prefix.length - 1, let time = envelope.emittedAt,
            time.lowerBound > data.upperBound, envelope.recordBody ?? count < prefix.length,
            count - data.upperBound <= Self.longest
        else { return nil }
        bytes = Array(UnsafeBufferPointer(start: base + data.upperBound, count: count - data.upperBound))
        digits = time.lowerBound - data.upperBound..<time.upperBound - data.upperBound
        self.envelope = envelope
        guard Self.isNumber(base + time.lowerBound, time.count) else { return nil }
    }

    /// The envelope of a line that has the tail's prefix; nil where it must be walked.
    func envelope(_ base: UnsafePointer<UInt8>, _ count: Int) -> Envelope? {
        guard var found = envelope.data, found.lowerBound + 1 < count,
            base[found.lowerBound + 1] == UInt8(ascii: "\"")
        else { return nil }
        let end = cscan_nested_end(base, found.lowerBound, count)
        guard end >= 0, count - end == bytes.count else { return nil }
        let isSame = bytes.withUnsafeBytes { known in
            guard let known = known.baseAddress else { return false }
            let rest = digits.upperBound
            return memcmp(known, base + end, digits.lowerBound) == 0
                && memcmp(known + rest, base + end + rest, bytes.count - rest) == 0
        }
        guard isSame, Self.isNumber(base + end + digits.lowerBound, digits.count) else { return nil }
        found = found.lowerBound..<end
        var envelope = envelope
        envelope.data = found
        envelope.emittedAt = end + digits.lowerBound..<end + digits.upperBound
        return envelope
    }

    private static func isNumber(_ digits: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        if count > 1, digits[0] == UInt8(ascii: "0") { return false }
        for index in 0..<count where digits[index] &- 48 > 9 { return false }
        return count > 0
    }
}
