package typealias TagID = ID<Tag>

/// A word that connections of a workspace are marked with.
package struct Tag: Sendable, Hashable {
    package static let longestName = 30

    package let id: TagID
    package let workspaceID: WorkspaceID
    package private(set) var name: String
    /// Six hexadecimal digits, as they were given.
    package private(set) var color: String

    package init(id: TagID = TagID(), workspaceID: WorkspaceID, name: String, color: String) throws(TagError) {
        self.id = id
        self.workspaceID = workspaceID
        self.name = ""
        self.color = ""
        try change(name: name, color: color)
    }

    package mutating func change(name: String, color: String) throws(TagError) {
        guard !name.isEmpty, name.unicodeScalars.count <= Self.longestName else { throw .badName }
        guard color.utf8.count == 6, color.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { throw .badColor }
        self.name = name
        self.color = color
    }
}

/// Why there can be no such tag.
package enum TagError: Error, Sendable, CustomStringConvertible {
    case badName, badColor

    package var description: String {
        switch self {
        case .badName: "A tag's name has 1 to \(Tag.longestName) characters; give a shorter one."
        case .badColor: "A tag's color is six hexadecimal digits, such as FF8800."
        }
    }
}
