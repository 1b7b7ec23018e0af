import JSON
import Synchronization

/// Masks secrets while an attempt runs, those among them that it only learns of on its way.
final class SecretMask: Sendable {
    /// Shorter words of a new configuration are left alone: they would hide half of every log.
    private static let shortest = 8

    private struct Contents {
        var values: [String]
        var redactor: Redactor
    }

    private let contents: Mutex<Contents>

    init(_ secrets: [String]) { contents = Mutex(Contents(values: secrets, redactor: Redactor(secrets))) }

    func redact(_ text: String, limit: Int = .max) -> String { redactor.redact(text, limit: limit) }
    func redactEnd(of bytes: [UInt8], limit: Int) -> String { redactor.redactEnd(of: bytes, limit: limit) }

    /// Takes whatever a connector's new configuration says that its old one did not for a secret: what connectors change
    /// of their own are tokens, and which members hold secrets only its specification tells.
    func learn(_ config: JSON, replacing old: JSON) {
        let known = Set(old.texts)
        let new = config.texts.filter { $0.utf8.count >= Self.shortest && !known.contains($0) }
        guard !new.isEmpty else { return }
        contents.withLock { contents in
            contents.values += new
            contents.redactor = Redactor(contents.values)
        }
    }

    private var redactor: Redactor { contents.withLock(\.redactor) }
}

extension JSON {
    /// The texts in it, names of members left out.
    fileprivate var texts: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let elements): elements.flatMap(\.texts)
        case .object(let members): members.flatMap(\.value.texts)
        default: []
        }
    }
}
