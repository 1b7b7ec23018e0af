import Glibc
import Posix

/// How much memory a process and what it starts may take.
package enum MemoryLimit: Sendable, Hashable, CustomStringConvertible {
    case bytes(Int64)
    case unlimited
    case unknown

    package var description: String {
        switch self {
        case .bytes(let count):
            "the memory limit here is \(count >> 20) MiB, shared by all connectors that run at the same time. "
                + "Raise it, or run fewer at once."
        case .unlimited:
            "no memory limit is set here, so the machine itself had no more. Give it more, or run fewer at once."
        case .unknown: "the memory limit here is not known."
        }
    }

    /// The lowest limit of the process's control group and those above it.
    package static func ofThisProcess() -> MemoryLimit {
        guard let groups = read("/proc/self/cgroup") else { return .unknown }
        return limit(groups: groups, read: read)
    }

    /// `groups` is what /proc/self/cgroup says; `read` answers nil for a file that is not there.
    package static func limit(groups: String, read: (String) -> String?) -> MemoryLimit {
        var lowest: Int64?
        var hasAny = false
        for line in groups.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, parts[1].isEmpty || parts[1].split(separator: ",").contains("memory") else {
                continue
            }
            let (root, file) =
                parts[1].isEmpty
                ? ("/sys/fs/cgroup", "memory.max") : ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
            var path = parts[2].split(separator: "/")
            while true {
                let folder = path.reduce(root) { "\($0)/\($1)" }
                if let text = read("\(folder)/\(file)") {
                    hasAny = true
                    // The old form writes a number beyond all memory where there is no limit.
                    if let bytes = Int64(text.filter { !$0.isWhitespace }), bytes < 1 << 60 {
                        lowest = min(lowest ?? bytes, bytes)
                    }
                }
                if path.isEmpty { break }
                path.removeLast()
            }
        }
        return lowest.map { .bytes($0) } ?? (hasAny || groups.contains("0::") ? .unlimited : .unknown)
    }

    private static func read(_ path: String) -> String? {
        guard let file = try? Descriptor.open(path, O_RDONLY), let bytes = try? file.readAll(limit: 64 << 10) else {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
