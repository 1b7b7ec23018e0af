import Glibc
import Posix

/// The folder that this repository is checked out in, for tests that hold its pages against the code.
enum Checkout {
    static let path = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()

    static func text(_ name: String) throws -> String {
        String(decoding: try SecureFile.read("\(path)/\(name)", limit: 1 << 20), as: UTF8.self)
    }

    /// What the file says; where the environment has `variable`, it says from now on what it should.
    static func kept(_ name: String, now text: String, rewriteFor variable: String) throws -> String {
        if getenv(variable) != nil {
            unlink("\(path)/\(name)")
            try SecureFile.write(Array(text.utf8), to: "\(path)/\(name)", mode: 0o644)
        }
        return try self.text(name)
    }
}
