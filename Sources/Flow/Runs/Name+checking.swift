extension Name {
    /// Refuses an empty name and one too long to be meant.
    static func check(_ name: Self) throws {
        guard !name.text.isEmpty, name.text.utf8.count <= 200, !name.text.utf8.contains(0) else {
            throw FlowError(.badValue, "A name must have 1 to 200 bytes, none of them zero.")
        }
    }
}
