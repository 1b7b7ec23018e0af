/// What became of something of a stream that is no field (protocol.md 5.2).
package struct StreamAttributeTransform: Sendable, Hashable, Codable {
    package enum Change: Sendable, Hashable, Codable {
        /// The key that the source itself defines; empty where it defines none.
        case primaryKey(old: [[String]], new: [[String]])
    }

    package var change: Change
    package var isBreaking: Bool

    package init(change: Change, isBreaking: Bool = false) {
        self.change = change
        self.isBreaking = isBreaking
    }
}
