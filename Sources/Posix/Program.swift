import Glibc

/// Where programs are.
package enum Program {
    /// The file of the running program, links resolved.
    package static var path: String {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map { readlink("/proc/self/exe", $0, bytes.count) } ?? 0
        }
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }

    /// The directory that the running program's file is in.
    package static var directory: String {
        let path = path
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The first executable file of this name in the directories of a `PATH`; nil where there is none.
    package static func find(_ name: String, in searchPath: String) -> String? {
        if name.contains("/") { return isExecutableFile(name) ? name : nil }
        for directory in searchPath.split(separator: ":") {
            let path = "\(directory)/\(name)"
            if isExecutableFile(path) { return path }
        }
        return nil
    }

    /// Whether this is a regular file (or a link to one) that this user may run.
    package static func isExecutableFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }
}
