/// Certificates or keys in PEM, as text of a configuration.
struct PEM: Sendable {
    enum Kind {
        case certificate, key

        fileprivate func takes(_ label: Substring) -> Bool {
            switch self {
            case .certificate: label == "CERTIFICATE" || label == "TRUSTED CERTIFICATE" || label == "X509 CERTIFICATE"
            case .key: label.hasSuffix("PRIVATE KEY")
            }
        }
    }

    private static let maximumBytes = 1 << 20
    private static let begin = "-----BEGIN "
    private static let end = "-----END "

    /// Ends with a newline, without which some programs do not read it.
    let bytes: [UInt8]

    /// Nil where the configuration has no text for `key`. What it throws never repeats the text.
    init?(_ configuration: Configuration, _ key: String, _ kind: Kind) throws {
        guard let text = try configuration.string(key), !text.isEmpty else { return nil }
        func wrong(_ reason: String) -> ConnectorError {
            let what = kind == .certificate ? "a certificate" : "a private key"
            return ConnectorError(
                .config,
                "The configuration's \"\(configuration.name(of: key))\" must be \(what) in PEM form, \(reason).")
        }
        guard text.utf8.count <= Self.maximumBytes else { throw wrong("and not more than a megabyte") }
        let lines = Self.lines(text)
        guard let first = lines.firstIndex(where: { $0.hasPrefix(Self.begin) }) else {
            throw wrong(
                "which begins with a line such as -----BEGIN \(kind == .key ? "PRIVATE KEY" : "CERTIFICATE")-----")
        }
        guard kind.takes(Self.label(lines[first], Self.begin)) else {
            throw wrong("but it is something else, as its first line says")
        }
        guard lines.last(where: { !$0.isEmpty })?.hasPrefix(Self.end) == true else {
            throw wrong("but its last line, which begins with -----END, is missing")
        }
        bytes = Array((lines[first...].joined(separator: "\n") + "\n").utf8)
    }

    /// Whether a key needs a passphrase.
    var isEncrypted: Bool {
        let lines = bytes.split(separator: UInt8(ascii: "\n")).prefix(3).map { String(decoding: $0, as: UTF8.self) }
        if lines.contains(where: { $0.contains("ENCRYPTED") }) { return true }
        // OpenSSH's own form, of the cipher "none".
        return lines.first?.contains("OPENSSH") == true && lines.dropFirst().first?.hasPrefix(Self.openSSHPlain) != true
    }

    private static let openSSHPlain = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmU"

    /// The lines without white space around them. A text that was pasted into one line has `\n` spelled out.
    private static func lines(_ text: String) -> [Substring] {
        var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        if lines.count == 1 { lines = text.split(separator: "\\n", omittingEmptySubsequences: false) }
        return lines.map { line in
            let start = line.firstIndex { !$0.isWhitespace } ?? line.endIndex
            let last = line.lastIndex { !$0.isWhitespace }
            return last.map { line[start...$0] } ?? ""
        }
    }

    private static func label(_ line: Substring, _ prefix: String) -> Substring {
        let rest = line.dropFirst(prefix.count)
        return rest.hasSuffix("-----") ? rest.dropLast(5) : rest
    }
}
