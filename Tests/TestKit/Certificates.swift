import Glibc
import Posix
import SQL

/// Authorities, certificates and keys made with `openssl`, in a directory of their own.
package final class Certificates: Sendable {
    /// A certificate and its key, as PEM texts.
    package struct Pair: Sendable {
        package let certificate: String
        package let key: String
    }

    private let directory: String
    package let authority: Pair
    /// Nobody's certificates are signed by it.
    package let stranger: Pair

    package init() throws {
        let directory = try Self.makeDirectory()
        self.directory = directory
        authority = try Self.authority("authority", in: directory)
        stranger = try Self.authority("stranger", in: directory)
    }

    deinit { try? Directory.remove(directory) }

    /// A certificate signed by `authority`.
    package func sign(_ name: String, host: String? = nil) throws -> Pair {
        let path = "\(directory)/\(UUID())"
        let extensions = host.map { "subjectAltName=DNS:\($0)" } ?? "extendedKeyUsage=clientAuth"
        try SecureFile.write(Array(extensions.utf8), to: "\(path).ext")
        try Self.openssl(
            "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=\(name)", "-keyout", "\(path).key", "-out",
            "\(path).csr")
        try Self.openssl(
            "x509", "-req", "-in", "\(path).csr", "-CA", "\(directory)/authority.crt", "-CAkey",
            "\(directory)/authority.key", "-CAcreateserial", "-days", "2", "-extfile", "\(path).ext", "-out",
            "\(path).crt")
        return try Pair(certificate: Self.text("\(path).crt"), key: Self.text("\(path).key"))
    }

    /// The key, to be opened with a password.
    package func encrypt(_ key: String, password: String) throws -> String {
        let path = "\(directory)/\(UUID())"
        try SecureFile.write(Array(key.utf8), to: path)
        try Self.openssl(
            "pkcs8", "-topk8", "-v2", "aes256", "-in", path, "-out", "\(path).p8", "-passout", "pass:\(password)")
        return try Self.text("\(path).p8")
    }

    private static func authority(_ name: String, in directory: String) throws -> Pair {
        try openssl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=\(name)", "-days", "2", "-keyout",
            "\(directory)/\(name).key", "-out", "\(directory)/\(name).crt")
        return try Pair(certificate: text("\(directory)/\(name).crt"), key: text("\(directory)/\(name).key"))
    }

    private static func text(_ path: String) throws -> String {
        String(decoding: try SecureFile.read(path, limit: 1 << 16), as: UTF8.self)
    }

    private static func openssl(_ words: String...) throws {
        let exit = try Child.spawn(ChildRequest("/usr/bin/openssl", words)).wait()
        guard exit.isSuccess else { throw RunningProgram.Failure(description: "openssl \(words[0]): \(exit)") }
    }

    private static func makeDirectory() throws -> String {
        var template = Array("/tmp/swiftlet-certificates-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw RunningProgram.Failure(description: "no temporary directory") }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
