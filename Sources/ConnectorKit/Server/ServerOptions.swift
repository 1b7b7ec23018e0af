import SQL

/// The configuration keys that Airbyte's connectors for database servers share.
package struct ServerOptions: Sendable {
    package let host: String
    package let port: Int
    package let database: String
    package let username: String
    package let password: String?
    private let encryption: Encryption
    private let extras: URLParameters
    private let tunnels: TunnelKeeper?

    package init(_ configuration: Configuration, defaultPort: Int) throws {
        host = try configuration.hostName("host")
        port = try configuration.integer("port", in: 1...65_535) ?? defaultPort
        database = try configuration.required("database")
        username = try configuration.required("username")
        password = try configuration.string("password")
        if try configuration.boolean("entra_service_principal_auth") == true {
            throw ConnectorError(
                .config,
                "Signing in as a Microsoft Entra service principal is not supported; use a password of the database's.")
        }
        let mode = try configuration.section("ssl_mode")
        let flag = try configuration.boolean("ssl")
        extras = try URLParameters(
            configuration.string("jdbc_url_params") ?? "", takesEncryption: mode == nil && flag == nil)
        encryption =
            try mode.map { try Encryption($0) }
            ?? Encryption(flag.map { $0 ? .require : .disable } ?? extras.encryption ?? .prefer)
        let target = SSHTunnel.Target(host: host, port: port, needsPort: encryption.mode != .disable)
        tunnels = try TunnelOptions(configuration).map { TunnelKeeper($0, target) }
    }

    /// What the configuration asks for and does not get, as sentences.
    package var warnings: [String] { extras.warnings }

    /// Calls `open` with what it needs to connect, having opened the tunnel. What it throws is told in the words of the
    /// configuration.
    package func connect<Connection>(_ open: (ServerAddress) throws -> Connection) throws -> Connection {
        let tunnel = try tunnels?.tunnel()
        return try encryption.withParameters { encryption in
            var parameters = extras.parameters
            for (name, value) in encryption { parameters[name] = value }
            var host = host
            switch tunnel?.entrance {
            case .socket(let directory): host = directory
            // The server's name stays, so that it can be verified.
            case .port: parameters["hostaddr"] = "127.0.0.1"
            case nil: break
            }
            var port = port
            if case .port(let number) = tunnel?.entrance { port = number }
            let address = ServerAddress(
                host: host, port: port, parameters: parameters, session: extras.session,
                connectTimeout: extras.connectTimeout ?? .seconds(30), tunnel: tunnel)
            do {
                return try open(address)
            } catch let error as DatabaseError {
                guard let tunnel else { throw ConnectorError(database: error) }
                throw tunnel.explain(error, to: self.host)
            }
        }
    }
}

extension Configuration {
    /// The name or address of one host. Nothing in it means anything to a driver or another program.
    func hostName(_ key: String) throws -> String {
        var text = try required(key)
        // As URLs write an address of IPv6.
        if text.hasPrefix("["), text.hasSuffix("]") { text = String(text.dropFirst().dropLast()) }
        let isName =
            text.utf8.count <= 255 && text.utf8.first != UInt8(ascii: "-")
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || "._-:%".unicodeScalars.contains(scalar)
            }
        guard isName else {
            throw ConnectorError(
                .config, "The configuration's \"\(name(of: key))\" must be one host name or address.")
        }
        return text
    }
}
