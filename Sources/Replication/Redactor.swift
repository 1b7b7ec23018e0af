/// Replaces secrets in texts.
package struct Redactor: Sendable {
    /// Shorter values would hide half of every text and protect nothing.
    private static let shortest = 4
    static let mask = Array("**********".utf8)

    /// Longest first, so that a secret that holds another is replaced whole.
    private let secrets: [[UInt8]]
    private let starts: Set<UInt8>

    package init(_ values: [String]) {
        var forms: Set<[UInt8]> = []
        for value in values where value.utf8.count >= Self.shortest {
            forms.formUnion(Self.forms(of: value))
        }
        secrets = forms.sorted { $0.count == $1.count ? $0.lexicographicallyPrecedes($1) : $0.count > $1.count }
        starts = Set(secrets.compactMap(\.first))
    }

    package func redact(_ text: String) -> String {
        guard !secrets.isEmpty else { return text }
        let bytes = Array(text.utf8)
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var at = 0
        while at < bytes.count {
            if starts.contains(bytes[at]), let secret = secrets.first(where: { bytes[at...].starts(with: $0) }) {
                out += Self.mask
                at += secret.count
            } else {
                out.append(bytes[at])
                at += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
