/// Replaces secrets in texts.
package struct Redactor: Sendable {
    /// Shorter values would hide half of every text and protect nothing.
    private static let shortest = 4
    static let mask = Array("**********".utf8)

    /// By their first byte; longest first, so that a secret that holds another is replaced whole.
    private let secrets: [[[UInt8]]]

    package init(_ values: [String]) {
        var forms: Set<[UInt8]> = []
        for value in values where value.utf8.count >= Self.shortest {
            forms.formUnion(Self.forms(of: value))
        }
        let sorted = forms.sorted {
            $0.count == $1.count ? $0.lexicographicallyPrecedes($1) : $0.count > $1.count
        }
        var secrets: [[[UInt8]]] = Array(repeating: [], count: 256)
        for form in sorted { if let first = form.first { secrets[Int(first)].append(form) } }
        self.secrets = secrets
    }

    /// The text with its secrets masked, cut behind `limit` bytes. The cut never leaves a part of a secret.
    package func redact(_ text: String, limit: Int = .max) -> String {
        var text = text
        return text.withUTF8 { bytes in
            var out: [UInt8] = []
            out.reserveCapacity(min(limit, bytes.count))
            var at = 0
            while at < min(limit, bytes.count) {
                if let secret = secret(in: bytes, at: at) {
                    out += Self.mask
                    at += secret.count
                } else {
                    out.append(bytes[at])
                    at += 1
                }
            }
            if at < bytes.count { out += " … (cut)".utf8 }
            return String(decoding: out, as: UTF8.self)
        }
    }

    /// The last `limit` bytes of what a process wrote, masked before they are cut out.
    package func redactEnd(of bytes: [UInt8], limit: Int) -> String {
        String(decoding: redact(String(decoding: bytes, as: UTF8.self)).utf8.suffix(limit), as: UTF8.self)
    }

    private func secret(in bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> [UInt8]? {
        let candidates = secrets[Int(bytes[index])]
        return candidates.isEmpty ? nil : candidates.first { bytes[index...].starts(with: $0) }
    }
}
