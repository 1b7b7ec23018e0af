import Glibc
import Posix
import SQL

/// Authorities, certificates and keys made with `openssl`.
package final class Certificates: Sendable {
    /// A certificate and its key, as PEM texts.
    package struct Pair: Sendable {
        package let certificate: String
        package let key: String
    }

    package let authority: Pair
    /// Nobody's certificates are signed by it.
    package let stranger: Pair

    package init() throws {
        authority = try Self.authority("authority")
        stranger = try Self.authority("stranger")
    }

    /// A certificate signed by `authority`.
    package func sign(_ name: String, host: String? = nil) throws -> Pair {
        try Self.inDirectory { path in
            let extensions = host.map { "subjectAltName=DNS:\($0)" } ?? "extendedKeyUsage=clientAuth"
            for (file, text) in [("ext", extensions), ("ca.crt", authority.certificate), ("ca.key", authority.key)] {
                try SecureFile.write(Array(text.utf8), to: "\(path)/\(file)")
            }
            try Self.openssl(
                "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=\(name)", "-keyout", "\(path)/key", "-out",
                "\(path)/csr")
            try Self.openssl(
                "x509", "-req", "-in", "\(path)/csr", "-CA", "\(path)/ca.crt", "-CAkey", "\(path)/ca.key",
                "-CAcreateserial", "-days", "2", "-extfile", "\(path)/ext", "-out", "\(path)/crt")
            return try Pair(certificate: Self.text("\(path)/crt"), key: Self.text("\(path)/key"))
        }
    }

    /// The key, to be opened with a password.
    package func encrypt(_ key: String, password: String) throws -> String {
        try Self.inDirectory { path in
            try SecureFile.write(Array(key.utf8), to: "\(path)/key")
            try Self.openssl(
                "pkcs8", "-topk8", "-v2", "aes256", "-in", "\(path)/key", "-out", "\(path)/p8", "-passout",
                "pass:\(password)")
            return try Self.text("\(path)/p8")
        }
    }

    private static func authority(_ name: String) throws -> Pair {
        try inDirectory { path in
            try openssl(
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=\(name)", "-days", "2", "-keyout",
                "\(path)/key", "-out", "\(path)/crt")
            return try Pair(certificate: text("\(path)/crt"), key: text("\(path)/key"))
        }
    }

    private static func text(_ path: String) throws -> String {
        String(decoding: try SecureFile.read(path, limit: 1 << 16), as: UTF8.self)
    }

    private static func openssl(_ words: String...) throws {
        let exit = try Child.spawn(ChildRequest("/usr/bin/openssl", words)).wait()
        guard exit.isSuccess else { throw RunningProgram.Failure(description: "openssl \(words[0]): \(exit)") }
    }

    private static func inDirectory<Value>(_ body: (String) throws -> Value) throws -> Value {
        var template = Array("/tmp/swiftlet-certificates-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw RunningProgram.Failure(description: "no temporary directory") }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { try? Directory.remove(path) }
        return try body(path)
    }
}
