/// Reads `tunnel_method`: the SSH host through which a server is reached.
struct TunnelOptions: Sendable {
    enum Proof: Sendable {
        case key(PEM)
        case password(String)
    }

    let host: String
    let port: Int
    let user: String
    let proof: Proof
    /// The only keys that the SSH host may have, without names; empty: any.
    let hostKeys: [String]

    /// Nil where there is no tunnel.
    init?(_ configuration: Configuration) throws {
        guard let section = try configuration.section("tunnel_method") else { return nil }
        let method = try section.string("tunnel_method") ?? "NO_TUNNEL"
        guard method != "NO_TUNNEL" else { return nil }
        switch method {
        case "SSH_KEY_AUTH":
            guard let key = try PEM(section, "ssh_key", .key) else {
                throw ConnectorError(.config, "The configuration needs a value for \"tunnel_method.ssh_key\".")
            }
            guard !key.isEncrypted else {
                throw ConnectorError(.config, "\"tunnel_method.ssh_key\" must be a key without a passphrase.")
            }
            proof = .key(key)
        case "SSH_PASSWORD_AUTH":
            let password = try section.required("tunnel_user_password")
            guard !password.contains(where: \.isNewline) else {
                throw ConnectorError(.config, "\"tunnel_method.tunnel_user_password\" must be one line.")
            }
            proof = .password(password)
        default:
            throw ConnectorError(
                .config,
                "\"tunnel_method.tunnel_method\" must be one of NO_TUNNEL, SSH_KEY_AUTH, SSH_PASSWORD_AUTH.")
        }
        host = try section.hostName("tunnel_host")
        port = try section.integer("tunnel_port", in: 1...65_535) ?? 22
        user = try section.required("tunnel_user")
        guard user.utf8.count <= 255, user.unicodeScalars.allSatisfy({ $0.value > 32 && $0.value != 127 }),
            !user.hasPrefix("-")
        else { throw ConnectorError(.config, "\"tunnel_method.tunnel_user\" must be the name of a user.") }
        hostKeys = try Self.hostKeys(section.string("tunnel_host_key") ?? "")
    }

    /// Takes public keys as `ssh-keyscan` and the files of `/etc/ssh` show them, a line each.
    private static func hostKeys(_ text: String) throws -> [String] {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.split(separator: " ") }
            .filter { $0.first?.hasPrefix("#") == false }
        guard text.utf8.count <= 1 << 16 else {
            throw ConnectorError(.config, "\"tunnel_method.tunnel_host_key\" must not be longer than 64 KiB.")
        }
        return try lines.map { words in
            let kinds = ["ssh-", "ecdsa-", "sk-"]
            guard let place = words.firstIndex(where: { word in kinds.contains { word.hasPrefix($0) } }), place < 2,
                words.count > place + 1
            else {
                throw ConnectorError(
                    .config,
                    "\"tunnel_method.tunnel_host_key\" must be public keys, a line each, such as ssh-ed25519 AAAA….")
            }
            return "\(words[place]) \(words[place + 1])"
        }
    }
}
