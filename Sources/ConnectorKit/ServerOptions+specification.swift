package import JSON

extension ServerOptions {
    /// The `ssl_mode` property of a specification.
    package static func encryptionProperty(order: Int) -> JSON {
        func option(_ mode: Encryption, _ description: String, _ more: JSONObject = [:], needs: [JSON] = []) -> JSON {
            var properties: JSONObject = [
                "mode": [
                    "type": "string", "const": .string(mode.rawValue), "default": .string(mode.rawValue), "order": 0,
                ]
            ]
            for (key, value) in more { properties[key] = value }
            return [
                "title": .string(mode.rawValue), "description": .string(description),
                "required": .array(["mode"] + needs), "additionalProperties": true, "properties": .object(properties),
            ]
        }
        func pem(_ title: String, _ order: Int) -> JSON {
            [
                "type": "string", "title": .string(title), "airbyte_secret": true, "multiline": true,
                "order": .integer(order),
            ]
        }
        let files: JSONObject = [
            "ca_certificate": pem("CA certificate", 1), "client_certificate": pem("Client certificate", 2),
            "client_key": pem("Client key", 3),
        ]
        let needs: [JSON] = ["ca_certificate"]
        return [
            "title": "SSL mode", "description": "How the connection is encrypted.", "type": "object",
            "order": .integer(order), "default": ["mode": "prefer"],
            "oneOf": [
                option(.disable, "Never encrypted."),
                option(.allow, "Encrypted only when the server asks for it."),
                option(.prefer, "Encrypted when the server can."),
                option(.require, "Always encrypted; the server's identity is not verified."),
                option(
                    .verifyCA, "Always encrypted, and the server's certificate must be signed by the CA.", files,
                    needs: needs),
                option(
                    .verifyFull, "As verify-ca, and the certificate must be for this host.", files, needs: needs),
            ],
        ]
    }

    /// The `tunnel_method` property of a specification.
    package static func tunnelProperty(order: Int) -> JSON {
        [
            "title": "SSH tunnel method", "description": "Only a direct connection is supported.", "type": "object",
            "order": .integer(order), "default": ["tunnel_method": "NO_TUNNEL"],
            "oneOf": [
                [
                    "title": "No tunnel", "required": ["tunnel_method"], "additionalProperties": true,
                    "properties": [
                        "tunnel_method": [
                            "type": "string", "const": "NO_TUNNEL", "default": "NO_TUNNEL", "order": 0,
                            "description": "The server is reached directly.",
                        ]
                    ],
                ]
            ],
        ]
    }
}
