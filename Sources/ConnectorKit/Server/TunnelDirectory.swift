import Glibc
import Posix

/// A directory of this user alone for what a tunnel needs on this machine; it holds no secret.
///
/// It is locked as long as its owner lives. What an owner that was killed left behind is removed by whoever makes the next.
final class TunnelDirectory: Sendable {
    private static let prefix = "swiftlet-tunnel-"

    let path: String
    private let lock: Descriptor

    init() throws {
        Self.sweep()
        // Under another name until it is locked, or it could be taken for one that was left behind.
        var template = Array("\(Self.parent)/swiftlet-new-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw ConnectorError(.system, "No directory for a tunnel can be made: \(PosixError.reason(errno)).")
        }
        let draft = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        path = "\(Self.parent)/\(Self.prefix)\(draft.suffix(6))\(getpid())"
        do throws(PosixError) {
            lock = try Descriptor.open(draft, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
            _ = flock(lock.raw, LOCK_EX | LOCK_NB)
            if rename(draft, path) != 0 { throw PosixError(errno: errno, "make the directory \(path)") }
        } catch {
            rmdir(draft)
            throw error
        }
    }

    deinit { try? Directory.remove(path) }

    private static func sweep() {
        for name in (try? Directory.entries(parent)) ?? [] where name.hasPrefix(prefix) {
            let path = "\(parent)/\(name)"
            var status = stat()
            guard let lock = try? Descriptor.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW),
                fstat(lock.raw, &status) == 0, status.st_uid == geteuid(), flock(lock.raw, LOCK_EX | LOCK_NB) == 0
            else { continue }
            try? Directory.remove(path)
        }
    }

    /// The directory for temporary files. A socket's path may not have more than 107 bytes, and `ssh` gives other letters a
    /// meaning.
    private static var parent: String {
        let wanted = getenv("TMPDIR").map { String(cString: $0) } ?? ""
        let isPlain = wanted.utf8.allSatisfy { byte in
            byte &- 48 < 10 || (byte | 32) &- 97 < 26 || [45, 46, 47, 95].contains(byte)
        }
        return wanted.hasPrefix("/") && wanted.utf8.count <= 50 && isPlain ? wanted : "/tmp"
    }
}
