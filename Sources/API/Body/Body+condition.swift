import JSON

extension Body {
    /// Throws 412 where the request says in `If-Match` which version it changes, and this is another.
    ///
    /// - Parameter current: what reading the same thing answers now; the caller holds its row.
    func expectUnchanged(_ current: @autoclosure () throws -> JSON) throws {
        guard let ifMatch else { return }
        let tag = EntityTag(of: try current().bytes)
        guard tag.isNamed(in: ifMatch) else {
            throw Problem(
                .preconditionFailed, "It has changed since it was read (its ETag is \(tag) now); read it again.")
        }
    }
}
