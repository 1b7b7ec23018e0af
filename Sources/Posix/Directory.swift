import Glibc

/// Directories: made, listed, and removed with all that is in them.
package enum Directory {
    /// Makes a directory and those above it that are missing; one that is there already is left as it is.
    package static func create(_ path: String, mode: UInt32 = 0o700) throws(PosixError) {
        if mkdir(path, mode_t(mode)) == 0 { return }
        let error = errno
        if error == EEXIST && exists(path) { return }
        guard error == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw PosixError(errno: error, "make the directory \(path)")
        }
        try create(String(path[..<slash]), mode: mode)
        if mkdir(path, mode_t(mode)) != 0 && errno != EEXIST {
            throw PosixError(errno: errno, "make the directory \(path)")
        }
    }

    package static func exists(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The names in it, in no order.
    package static func entries(_ path: String) throws(PosixError) -> [String] {
        guard let stream = opendir(path) else { throw PosixError(errno: errno, "list the directory \(path)") }
        defer { closedir(stream) }
        return names(stream).map { String(decoding: $0.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self) }
    }

    /// Removes it and everything in it; one that is not there is fine. No link is followed out of it.
    package static func remove(_ path: String) throws(PosixError) {
        let root = openDirectory(AT_FDCWD, path)
        guard root >= 0 else {
            if errno == ENOENT { return }
            if unlink(path) == 0 { return }
            throw PosixError(errno: errno, "remove \(path)")
        }
        let owner = Descriptor(owning: root)
        var failure: Int32 = 0
        var moved = 0
        // What lies too deep is moved up to the root and met in the next round: depth costs no descriptors.
        repeat {
            moved = 0
            failure = empty(owner.raw, root: owner.raw, depth: 0, moved: &moved)
        } while moved > 0 && failure == 0
        if rmdir(path) != 0 && errno != ENOENT {
            throw PosixError(errno: failure != 0 ? failure : errno, "remove the directory \(path)")
        }
    }

    /// Returns the first error number, 0 for none.
    private static func empty(_ directory: Int32, root: Int32, depth: Int, moved: inout Int) -> Int32 {
        let copy = openDirectory(directory, ".")
        guard copy >= 0, let stream = fdopendir(copy) else { return errno }
        let names = names(stream)
        closedir(stream)
        var failure: Int32 = 0
        for name in names {
            if unlinkat(directory, name, 0) == 0 || errno == ENOENT { continue }
            let child = openDirectory(directory, name)
            if child < 0 {
                failure = failure == 0 ? errno : failure
                continue
            }
            let owner = Descriptor(owning: child)
            if depth == 64 {
                if renameat(directory, name, root, "deep-\(UUID())") == 0 { moved += 1 }
                continue
            }
            let inner = empty(owner.raw, root: root, depth: depth + 1, moved: &moved)
            if unlinkat(directory, name, AT_REMOVEDIR) != 0 && errno != ENOENT && failure == 0 {
                failure = inner != 0 ? inner : (moved > 0 ? 0 : errno)
            }
        }
        return failure
    }

    /// Opens a directory that no link stands for, giving its owner the rights to empty it.
    private static func openDirectory(_ parent: Int32, _ name: UnsafePointer<CChar>) -> Int32 {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        let raw = openat(parent, name, flags)
        if raw >= 0 {
            fchmod(raw, 0o700)
            return raw
        }
        guard errno == EACCES else { return raw }
        fchmodat(parent, name, 0o700, 0)
        return openat(parent, name, flags)
    }

    /// The names as they are on the disk, zero at the end: not every one is text.
    private static func names(_ stream: OpaquePointer) -> [[CChar]] {
        var names: [[CChar]] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                bytes.prefix { $0 != 0 }.map { CChar(bitPattern: $0) } + [0]
            }
            if name != [46, 0] && name != [46, 46, 0] { names.append(name) }
        }
        return names
    }
}
