package import JSON

/// What became of one field of a stream (protocol.md 5.2).
package struct FieldTransform: Sendable, Hashable, Codable {
    package enum Change: Sendable, Hashable, Codable {
        case added(schema: JSON)
        case removed(schema: JSON)
        case updated(old: JSON, new: JSON)
    }

    /// From the top of the record; `items` stands for the elements of an array.
    package var path: [String]
    package var change: Change
    package var isBreaking: Bool

    package init(path: [String], change: Change, isBreaking: Bool = false) {
        self.path = path
        self.change = change
        self.isBreaking = isBreaking
    }

    /// Whether earlier records may hold something that was not read: what a backfill is for (protocol.md 5.5).
    package var isAdditionOrUpdate: Bool {
        switch change {
        case .added, .updated: true
        case .removed: false
        }
    }
}
