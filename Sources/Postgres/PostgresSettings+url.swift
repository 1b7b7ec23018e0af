import SQL

extension PostgresSettings {
    /// The parameters of a URL that are handed on to libpq.
    private static let known: Set<String> = [
        "sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "sslsni", "ssl_min_protocol_version",
        "channel_binding",
        "target_session_attrs", "gssencmode", "krbsrvname", "application_name", "keepalives", "keepalives_idle",
        "keepalives_interval", "keepalives_count", "tcp_user_timeout", "hostaddr", "requirepeer", "options",
    ]

    /// Reads `postgres://user:password@host:port/database?sslmode=…` or Airbyte's
    /// `jdbc:postgresql://host:port/database`; `user` and `password` stand in where the URL names none.
    ///
    /// What it throws never repeats the URL, which may hold a password.
    package init(url: String, user: String? = nil, password: String? = nil) throws {
        self.init()
        let schemes = ["postgres://", "postgresql://", "jdbc:postgresql://"]
        guard url.utf8.count <= 8192, let scheme = schemes.first(where: { url.hasPrefix($0) }) else {
            throw Self.unreadable("it must begin with postgres:// or jdbc:postgresql://")
        }
        let isJDBC = scheme.hasPrefix("jdbc:")
        var rest = url.dropFirst(scheme.count)
        var query: Substring = ""
        if let mark = rest.firstIndex(of: "?") {
            query = rest[rest.index(after: mark)...]
            rest = rest[..<mark]
        }
        if let slash = rest.firstIndex(of: "/") {
            let name = try Self.decoded(rest[rest.index(after: slash)...], "the database's name")
            database = name.isEmpty ? nil : name
            rest = rest[..<slash]
        }
        if let at = rest.lastIndex(of: "@") {
            let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            self.user = try parts.first.flatMap { $0.isEmpty ? nil : try Self.decoded($0, "the user's name") }
            if parts.count == 2 { self.password = try Self.decoded(parts[1], "the password") }
            rest = rest[rest.index(after: at)...]
        }
        try readHosts(rest)
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = try Self.decoded(parts[0], "a parameter's name")
            let value = parts.count == 2 ? try Self.decoded(parts[1], "the parameter \(name)") : ""
            try readParameter(name, value, isJDBC: isJDBC)
        }
        self.user = self.user ?? user
        self.password = self.password ?? password
    }

    private mutating func readHosts(_ text: Substring) throws {
        for entry in text.split(separator: ",") {
            var host = entry
            var port: Substring?
            if entry.first == "[", let end = entry.firstIndex(of: "]") {
                host = entry[entry.index(after: entry.startIndex)..<end]
                let behind = entry[entry.index(after: end)...]
                guard behind.isEmpty || behind.first == ":" else { throw Self.unreadable("its address is broken") }
                port = behind.isEmpty ? nil : behind.dropFirst()
            } else if let colon = entry.lastIndex(of: ":") {
                host = entry[..<colon]
                port = entry[entry.index(after: colon)...]
            }
            let name = try Self.decoded(host, "the host's name")
            // A comma would turn one host into two behind libpq's back.
            guard !name.contains(",") else { throw Self.unreadable("its host is broken") }
            hosts.append(name)
            try ports.append(port.map(Self.port) ?? 5432)
        }
    }

    private mutating func readParameter(_ name: String, _ value: String, isJDBC: Bool) throws {
        switch name {
        case "user": user = value
        case "password": password = value
        case "host": hosts = [value]
        case "port": ports = [try Self.port(value[...])]
        case "dbname": database = value
        case "connect_timeout", "connectTimeout", "loginTimeout":
            guard let seconds = Int(value), (0...3600).contains(seconds) else {
                throw Self.unreadable("\(name) must be a number of seconds")
            }
            if seconds > 0 { connectTimeout = .seconds(seconds) }
        case "currentSchema" where isJDBC: session["search_path"] = value
        case "ApplicationName" where isJDBC: parameters["application_name"] = value
        case "ssl" where isJDBC:
            if parameters["sslmode"] == nil, value != "false" { parameters["sslmode"] = "verify-full" }
        default:
            if Self.known.contains(name) {
                parameters[name] = value
            } else if !isJDBC {
                // The JDBC driver has dozens of its own, which mean nothing here.
                throw Self.unreadable("the parameter \(name.prefix(40)) is not known")
            }
        }
    }

    private static func port(_ text: Substring) throws -> Int {
        guard let port = Int(text), (1...65535).contains(port) else {
            throw unreadable("its port must be a number from 1 to 65535")
        }
        return port
    }

    private static func decoded(_ text: Substring, _ what: String) throws -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else {
                throw unreadable("\(what) holds a % that is not followed by two hexadecimal digits; write it as %25")
            }
            bytes.append(high << 4 | low)
        }
        guard !bytes.contains(0), let decoded = String(validating: bytes, as: UTF8.self) else {
            throw unreadable("\(what) is not valid text")
        }
        return decoded
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }

    private static func unreadable(_ reason: String) -> DatabaseError {
        DatabaseError(.refused, "The database URL cannot be used: \(reason).")
    }
}
