extension Body {
    /// A name for people: not blank, at most 500 characters.
    func name(_ member: String) throws -> String? {
        guard let name: String = try optional(member) else { return nil }
        guard name.contains(where: { !$0.isWhitespace }), name.unicodeScalars.count <= 500 else {
            throw Problem.unprocessable("\(member) must hold 1 to 500 characters that are not all blank.")
        }
        return name
    }
}
