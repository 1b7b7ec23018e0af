import Glibc

/// A system call that failed, in words.
package struct PosixError: Error, Equatable, CustomStringConvertible {
    package enum Code: Sendable {
        case notFound
        case exists
        case denied
        case busy
        case full
        case brokenPipe
        case cutShort
        case other
    }

    package let code: Code
    package let errno: Int32
    package let message: String

    package init(_ code: Code, errno: Int32 = 0, _ message: String) {
        self.code = code
        self.errno = errno
        self.message = message
    }

    /// `doing` completes "Cannot …": `open /etc/passwd`.
    package init(errno: Int32, _ doing: String) {
        self.init(Code(errno), errno: errno, "Cannot \(doing): \(Self.reason(errno)).")
    }

    /// The system's words for an error number.
    package static func reason(_ errno: Int32) -> String {
        var text = [CChar](repeating: 0, count: 256)
        guard strerror_r(errno, &text, text.count) == 0 else { return "error \(errno)" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    package var description: String { message }
}

extension PosixError.Code {
    fileprivate init(_ errno: Int32) {
        self =
            switch errno {
            case ENOENT, ENOTDIR: .notFound
            case EEXIST, ENOTEMPTY: .exists
            case EACCES, EPERM, EROFS: .denied
            case EWOULDBLOCK, EBUSY, ETXTBSY: .busy
            case ENOSPC, EDQUOT: .full
            case EPIPE, ECONNRESET: .brokenPipe
            default: .other
            }
    }
}
