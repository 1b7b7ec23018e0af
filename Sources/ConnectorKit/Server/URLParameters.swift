/// What can be honoured of `jdbc_url_params`, which are meant for the JDBC driver: `name=value&name=value`.
struct URLParameters: Sendable {
    private(set) var parameters: [String: String] = [:]
    private(set) var session: [String: String] = [:]
    private(set) var connectTimeout: Duration?
    private(set) var encryption: Encryption.Mode?
    private var ignored: [String] = []
    private let takesEncryption: Bool

    /// - Parameter takesEncryption: whether nothing else in the configuration says how to encrypt.
    init(_ text: String, takesEncryption: Bool) throws {
        self.takesEncryption = takesEncryption
        let pairs = text.split(separator: "&")
        guard text.utf8.count <= 8192, pairs.count <= 100 else {
            throw Self.wrong("must not be longer than 8192 characters or hold more than 100 parameters")
        }
        for pair in pairs {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let name = Self.decoded(parts[0]), let value = Self.decoded(parts[1]), !name.isEmpty
            else { throw Self.wrong("must be pairs of a name and a value, as in connectTimeout=10&ApplicationName=me") }
            try read(name, value)
        }
    }

    var warnings: [String] {
        guard !ignored.isEmpty else { return [] }
        let names = ignored.prefix(10).joined(separator: ", ") + (ignored.count > 10 ? " and others" : "")
        return ["Of \"jdbc_url_params\" these are ignored, for they mean nothing here or are set elsewhere: \(names)."]
    }

    private mutating func read(_ name: String, _ value: String) throws {
        switch name {
        case "connectTimeout", "loginTimeout", "connect_timeout":
            guard let seconds = Int(value), (0...3600).contains(seconds) else {
                throw Self.wrong("has a \(name) that is no number of seconds from 0 to 3600")
            }
            // Zero is for ever, and for ever does not end.
            if seconds > 0 { connectTimeout = .seconds(seconds) }
        case "currentSchema": session["search_path"] = value
        case "ApplicationName", "application_name": parameters["application_name"] = value
        case "options": parameters["options"] = value
        case "sslmode" where takesEncryption:
            guard let mode = Encryption.Mode(rawValue: value), mode != .verifyCA, mode != .verifyFull else {
                throw Self.wrong("has an sslmode that is verified or unknown; set \"ssl_mode\" instead")
            }
            encryption = mode
        case "ssl" where takesEncryption: encryption = encryption ?? (value == "false" ? .disable : .require)
        case "tcpKeepAlive": parameters["keepalives"] = value == "false" ? "0" : "1"
        default:
            guard let (parameter, values) = Self.choices[name] else { return ignored.append(String(name.prefix(40))) }
            guard let chosen = values[value] else {
                throw Self.wrong(
                    "has a \(name) that is none of \(values.keys.sorted().joined(separator: ", "))")
            }
            parameters[parameter] = chosen
        }
    }

    /// Parameters with few values, by the driver's name, with libpq's name and values.
    private static let choices: [String: (String, [String: String])] = [
        "targetServerType": (
            "target_session_attrs",
            [
                "any": "any", "primary": "primary", "master": "primary", "secondary": "standby", "slave": "standby",
                "preferSecondary": "prefer-standby", "preferSlave": "prefer-standby",
            ]
        ),
        "channelBinding": (
            "channel_binding", ["disable": "disable", "prefer": "prefer", "require": "require"]
        ),
        "gssEncMode": ("gssencmode", ["disable": "disable", "prefer": "prefer", "require": "require"]),
    ]

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
                continue
            }
            guard let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2 else {
                return nil
            }
            bytes.append(code)
            rest = rest.dropFirst(2)
        }
        guard !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func wrong(_ fault: String) -> ConnectorError {
        ConnectorError(.config, "The configuration's \"jdbc_url_params\" \(fault).")
    }
}
