import Glibc

/// One line of the kernel's process table.
package struct ProcessStatus: Hashable, Sendable {
    package let pid: Int32
    /// `R`, `S`, `D`, `T` (stopped), `Z` (ended, not reaped) and so on.
    package let state: UInt8
    package let parent: Int32
    package let session: Int32
    /// Clock ticks since the machine's start: with the pid, one process for certain.
    package let startTime: UInt64

    /// Nil when there is no such process.
    package init?(pid: Int32) {
        guard let bytes = Self.contents("/proc/\(pid)/stat", limit: 4096) else { return nil }
        self.init(pid: pid, line: bytes)
    }

    /// The name in parentheses may hold anything, parentheses too: what counts begins after the last one.
    init?(pid: Int32, line: [UInt8]) {
        guard let end = line.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = line[(end + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 19, let state = fields[0].first, let parent = Self.number(fields[1]),
            let session = Self.number(fields[3]), let start = Self.number(fields[19])
        else { return nil }
        self.pid = pid
        self.state = state
        self.parent = Int32(clamping: parent)
        self.session = Int32(clamping: session)
        self.startTime = UInt64(clamping: start)
    }

    /// Ended; only its entry is left.
    package var isGone: Bool { state == UInt8(ascii: "Z") || state == UInt8(ascii: "X") }

    package var isStopped: Bool { state == UInt8(ascii: "T") }

    /// Every process that can be seen now.
    package static var all: [ProcessStatus] { pids.compactMap { ProcessStatus(pid: $0) } }

    static var pids: [Int32] {
        ((try? Directory.entries("/proc")) ?? []).compactMap { Int32($0) }
    }

    /// A small file of /proc; nil when the process has gone or may not be looked at.
    static func contents(_ path: String, limit: Int) -> [UInt8]? {
        guard let file = try? Descriptor.open(path, O_RDONLY) else { return nil }
        var bytes: [UInt8] = []
        while bytes.count < limit {
            guard let part = try? file.read(upTo: min(1 << 16, limit - bytes.count)) else { return nil }
            if part.isEmpty { break }
            bytes += part
        }
        return bytes
    }

    private static func number(_ field: ArraySlice<UInt8>) -> Int64? { Int64(String(decoding: field, as: UTF8.self)) }
}
