import Posix

/// How a connection to a server is encrypted, and who proves who they are.
package struct Encryption: Sendable {
    /// The names are libpq's.
    package enum Mode: String, Sendable, CaseIterable {
        case disable, allow, prefer, require
        case verifyCA = "verify-ca"
        case verifyFull = "verify-full"
    }

    package let mode: Mode
    /// PEM texts, by the parameter that names their file and the key that they come from.
    private let files: [(parameter: String, key: String, text: PEM)]
    private let keyPassword: String?

    init(_ mode: Mode) {
        self.mode = mode
        files = []
        keyPassword = nil
    }

    /// Reads `ssl_mode`.
    init(_ section: Configuration) throws {
        let name = try section.string("mode") ?? Mode.prefer.rawValue
        guard let mode = Mode(rawValue: name) else {
            throw ConnectorError(
                .config,
                "\"ssl_mode.mode\" must be one of \(Mode.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        self.mode = mode
        keyPassword = try section.string("client_key_password").flatMap { $0.isEmpty ? nil : $0 }
        let kinds: [(String, String, PEM.Kind)] = [
            ("sslrootcert", "ca_certificate", .certificate), ("sslcert", "client_certificate", .certificate),
            ("sslkey", "client_key", .key),
        ]
        files = try kinds.compactMap { parameter, key, kind in
            try PEM(section, key, kind).map { (parameter, key, $0) }
        }
        let keys = files.map(\.key)
        if mode == .verifyCA || mode == .verifyFull, !keys.contains("ca_certificate") {
            throw ConnectorError(.config, "\"ssl_mode.ca_certificate\" is needed to verify the server.")
        }
        guard keys.contains("client_certificate") == keys.contains("client_key") else {
            throw ConnectorError(
                .config,
                "\"ssl_mode.client_certificate\" and \"ssl_mode.client_key\" are of use only together; set both or none."
            )
        }
    }

    /// Calls `body` with libpq's parameters. What must be a file lies in memory, and only during the call.
    func withParameters<Value>(_ body: ([String: String]) throws -> Value) throws -> Value {
        var parameters = ["sslmode": mode.rawValue]
        parameters["sslpassword"] = keyPassword
        let kept = try files.map { try MemoryFile($0.text.bytes) }
        for (file, kept) in zip(files, kept) { parameters[file.parameter] = kept.path }
        return try withExtendedLifetime(kept) {
            do {
                return try body(parameters)
            } catch let error as ConnectorError {
                throw named(error, parameters)
            }
        }
    }

    /// The error with the configuration's keys in the place of the files' names.
    private func named(_ error: ConnectorError, _ parameters: [String: String]) -> ConnectorError {
        var message = error.message
        for file in files {
            guard let path = parameters[file.parameter] else { continue }
            message = message.split(separator: "\"\(path)\"", omittingEmptySubsequences: false)
                .joined(separator: "\"ssl_mode.\(file.key)\"")
        }
        return ConnectorError(error.code, message, detail: error.detail, stream: error.stream)
    }
}
