extension Body {
    /// A text of a length that a row, an index and an answer can hold.
    func text(_ member: String, atMost limit: Int) throws -> String? {
        guard let text: String = try optional(member) else { return nil }
        guard text.utf8.count <= limit else {
            throw Problem.unprocessable("\(path)\(member) must hold \(limit) bytes at most.")
        }
        return text
    }

    /// The object of a destination that a stream is written into; nil where it names none.
    var objectName: String? {
        get throws { try text("destinationObjectName", atMost: 1000).flatMap { $0.isEmpty ? nil : $0 } }
    }

    /// A name for people: not blank, at most 500 characters.
    func name(_ member: String) throws -> String? {
        guard let name: String = try optional(member) else { return nil }
        guard name.contains(where: { !$0.isWhitespace }), name.unicodeScalars.count <= 500 else {
            throw Problem.unprocessable("\(path)\(member) must hold 1 to 500 characters that are not all blank.")
        }
        return name
    }
}
