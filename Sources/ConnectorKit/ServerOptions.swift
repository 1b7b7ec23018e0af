import Glibc
import JSON

/// The configuration keys that Airbyte's connectors for database servers share.
package struct ServerOptions: Sendable {
    /// How the connection is encrypted; the names are libpq's.
    package enum Encryption: String, Sendable, CaseIterable {
        case disable, allow, prefer, require
        case verifyCA = "verify-ca"
        case verifyFull = "verify-full"
    }

    package let host: String
    package let port: Int
    package let database: String
    package let username: String
    package let password: String?
    package let encryption: Encryption
    /// PEM texts of the verifying modes.
    private let certificates: [(parameter: String, text: String)]
    /// What the configuration asks for and does not get, as sentences.
    package let warnings: [String]

    package init(_ configuration: Configuration, defaultPort: Int) throws {
        host = try configuration.required("host")
        // A comma would turn one host into two, a slash into the path of a socket.
        guard !host.contains(","), !host.contains("/") else {
            throw ConnectorError(.config, "The configuration's \"host\" must be one host name or address.")
        }
        port = try configuration.integer("port", in: 1...65_535) ?? defaultPort
        database = try configuration.required("database")
        username = try configuration.required("username")
        password = try configuration.string("password")
        if let tunnel = try configuration.section("tunnel_method")?.string("tunnel_method"), tunnel != "NO_TUNNEL" {
            throw ConnectorError(
                .config, "SSH tunnels are not supported; set \"tunnel_method\" to NO_TUNNEL and open one yourself.")
        }
        let mode = try configuration.section("ssl_mode")
        let name = try mode?.string("mode")
        guard let encryption = name.map(Encryption.init(rawValue:)) ?? .prefer else {
            throw ConnectorError(
                .config,
                "\"ssl_mode.mode\" must be one of \(Encryption.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        let flag = try name == nil ? configuration.boolean("ssl") : nil
        self.encryption = flag.map { $0 ? .require : .disable } ?? encryption
        var certificates: [(String, String)] = []
        for (key, parameter) in [
            ("ca_certificate", "sslrootcert"), ("client_certificate", "sslcert"), ("client_key", "sslkey"),
        ] {
            if let text = try mode?.string(key), !text.isEmpty { certificates.append((parameter, text)) }
        }
        if encryption == .verifyCA || encryption == .verifyFull,
            !certificates.contains(where: { $0.0 == "sslrootcert" })
        {
            throw ConnectorError(.config, "\"ssl_mode.ca_certificate\" is needed to verify the server.")
        }
        self.certificates = certificates
        var warnings: [String] = []
        if let parameters = try configuration.string("jdbc_url_params"), !parameters.isEmpty {
            warnings.append("\"jdbc_url_params\" is ignored: it is meant for another driver.")
        }
        self.warnings = warnings
    }

    /// Calls `body` with the connection parameters for encryption. The certificates are in files of a private folder
    /// that is gone afterwards.
    package func withEncryptionParameters<Value>(_ body: ([String: String]) throws -> Value) throws -> Value {
        var parameters = ["sslmode": encryption.rawValue]
        guard !certificates.isEmpty else { return try body(parameters) }
        var template = Array("/tmp/swiftlet-tls-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw ConnectorError(
                .system, "No folder for certificates can be made: \(String(cString: strerror(errno))).")
        }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { rmdir(folder) }
        var paths: [String] = []
        defer { for path in paths { unlink(path) } }
        for (parameter, text) in certificates {
            let path = "\(folder)/\(parameter)"
            paths.append(path)
            parameters[parameter] = path
            let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            defer { close(file) }
            let bytes = Array(text.utf8)
            guard file >= 0, bytes.withUnsafeBytes({ write(file, $0.baseAddress, $0.count) }) == bytes.count else {
                throw ConnectorError(.system, "A certificate cannot be written: \(String(cString: strerror(errno))).")
            }
        }
        return try body(parameters)
    }
}
