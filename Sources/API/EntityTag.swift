import Crypto

/// A name for exactly these bytes (RFC 9110, section 8.8.3): what a client read, it can hold an update against.
struct EntityTag: Sendable, Hashable, CustomStringConvertible {
    /// With its quotes.
    let description: String

    init(of body: [UInt8]) { description = "\"\(SHA256(of: body).description.prefix(32))\"" }

    /// Whether an `If-Match` or `If-None-Match` header names it, or anything at all by `*`.
    ///
    /// - Parameter weakly: takes a weak tag for a strong one, as `If-None-Match` does.
    func isNamed(in header: String, weakly: Bool = false) -> Bool {
        header.split(separator: ",").contains { part in
            let tag = part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
            if tag.elementsEqual("*") || tag.elementsEqual(description) { return true }
            return weakly && tag.elementsEqual("W/" + description)
        }
    }
}
