package import JSON

extension ServerOptions {
    /// The `ssl_mode` property of a specification.
    package static func encryptionProperty(order: Int) -> JSON {
        func option(_ mode: Encryption.Mode, _ description: String, _ more: JSONObject = [:]) -> JSON {
            var properties: JSONObject = [
                "mode": [
                    "type": "string", "const": .string(mode.rawValue), "default": .string(mode.rawValue), "order": 0,
                ]
            ]
            for (key, value) in more { properties[key] = value }
            let needs: [JSON] = more.isEmpty ? ["mode"] : ["mode", "ca_certificate"]
            return [
                "title": .string(mode.rawValue), "description": .string(description), "required": .array(needs),
                "additionalProperties": true, "properties": .object(properties),
            ]
        }
        func secret(_ title: String, _ description: String, _ order: Int, multiline: Bool = true) -> JSON {
            [
                "type": "string", "title": .string(title), "description": .string(description),
                "airbyte_secret": true, "multiline": .bool(multiline), "order": .integer(order),
            ]
        }
        let files: JSONObject = [
            "ca_certificate": secret("CA certificate", "Who signed the server's certificate, in PEM form.", 1),
            "client_certificate": secret(
                "Client certificate", "What the client shows the server, in PEM form.", 2),
            "client_key": secret("Client key", "The private key of the client's certificate, in PEM form.", 3),
            "client_key_password": secret(
                "Client key password", "Opens the client's key, where it is encrypted.", 4, multiline: false),
        ]
        return [
            "title": "SSL mode", "description": "How the connection is encrypted.", "type": "object",
            "order": .integer(order), "default": ["mode": "prefer"],
            "oneOf": [
                option(.disable, "Never encrypted."),
                option(.allow, "Encrypted only when the server asks for it."),
                option(.prefer, "Encrypted when the server can."),
                option(.require, "Always encrypted; the server's identity is not verified."),
                option(
                    .verifyCA, "Always encrypted, and the server's certificate must be signed by the CA.", files),
                option(.verifyFull, "As verify-ca, and the certificate must be for this host.", files),
            ],
        ]
    }

    /// The `tunnel_method` property of a specification.
    package static func tunnelProperty(order: Int) -> JSON {
        func option(_ title: String, _ method: String, _ description: String, _ more: JSONObject = [:]) -> JSON {
            var properties: JSONObject = [
                "tunnel_method": [
                    "type": "string", "const": .string(method), "default": .string(method), "order": 0,
                    "description": .string(description),
                ]
            ]
            for (key, value) in more { properties[key] = value }
            let needs = ["tunnel_method"] + more.keys.filter { $0 != "tunnel_host_key" }
            return [
                "title": .string(title), "required": .array(needs.map { .string($0) }), "additionalProperties": true,
                "properties": .object(properties),
            ]
        }
        func host(user: String, _ proof: (key: String, property: JSON)) -> JSONObject {
            [
                "tunnel_host": [
                    "type": "string", "title": "SSH tunnel jump server host", "order": 1,
                    "description": "The host that connections go through.",
                ],
                "tunnel_port": [
                    "type": "integer", "title": "SSH connection port", "minimum": 0, "maximum": 65536, "default": 22,
                    "examples": ["22"], "order": 2, "description": "Where the host's SSH server listens.",
                ],
                "tunnel_user": [
                    "type": "string", "title": "SSH login username", "order": 3, "description": .string(user),
                ],
                proof.key: proof.property,
                "tunnel_host_key": [
                    "type": "string", "title": "Host key", "multiline": true, "order": 5,
                    "description":
                        "The host's public keys, a line each, as ssh-keyscan shows them. No other host is believed; without them any is.",
                ],
            ]
        }
        return [
            "title": "SSH tunnel method",
            "description": "Whether the server is reached through an SSH host, and how that host is signed in to.",
            "type": "object", "order": .integer(order), "default": ["tunnel_method": "NO_TUNNEL"],
            "oneOf": [
                option("No tunnel", "NO_TUNNEL", "The server is reached directly."),
                option(
                    "SSH key authentication", "SSH_KEY_AUTH", "Through a host that takes a user name and a key.",
                    host(
                        user: "The user of the host.",
                        (
                            "ssh_key",
                            [
                                "type": "string", "title": "SSH private key", "airbyte_secret": true,
                                "multiline": true, "order": 4,
                                "description": "The user's private key without a passphrase, in PEM or OpenSSH form.",
                            ]
                        ))),
                option(
                    "Password authentication", "SSH_PASSWORD_AUTH",
                    "Through a host that takes a user name and a password.",
                    host(
                        user: "The user of the host.",
                        (
                            "tunnel_user_password",
                            [
                                "type": "string", "title": "Password", "airbyte_secret": true, "order": 4,
                                "description": "The user's password.",
                            ]
                        ))),
            ],
        ]
    }
}
