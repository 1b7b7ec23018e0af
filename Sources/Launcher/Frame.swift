/// One message between a worker and its attempt: a byte for its kind, four for its length, and its content.
struct Frame: Equatable, Sendable {
    enum Kind: UInt8, Sendable {
        /// To the attempt: what to do. The first frame, sent once.
        case plan = 1
        /// To the attempt: live until this moment of the boot clock.
        case keepAlive = 2
        /// To the attempt: end the connectors, by force after so many nanoseconds.
        case cancel = 3
        /// To the worker.
        case event = 4
    }

    let kind: Kind
    let content: [UInt8]

    /// The longest content: what a frame may make the other side keep in memory.
    static let limit = 128 << 20

    init(_ kind: Kind, _ content: [UInt8]) {
        self.kind = kind
        self.content = content
    }

    init(_ kind: Kind, number: Int64) {
        self.init(kind, withUnsafeBytes(of: number.littleEndian) { Array($0) })
    }

    /// The number that is the whole content; nil for anything else.
    var number: Int64? {
        guard content.count == 8 else { return nil }
        return content.withUnsafeBytes { Int64(littleEndian: $0.loadUnaligned(as: Int64.self)) }
    }

    var header: [UInt8] {
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: content.count).littleEndian) { [kind.rawValue] + $0 }
    }

    var bytes: [UInt8] { header + content }
}
