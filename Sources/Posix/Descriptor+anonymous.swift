import Glibc

extension Descriptor {
    /// Opens a new file without a name, which goes with its last descriptor. Throws where the directory takes none.
    package static func anonymousFile(in directory: String) throws(PosixError) -> Descriptor {
        let path = "\(directory)/swiftlet-\(UUID())"
        let file = try open(path, O_RDWR | O_CREAT | O_EXCL)
        unlink(path)
        return file
    }
}
