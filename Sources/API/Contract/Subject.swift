package import Model
package import Store

/// Something that belongs to a workspace and that a request names.
package struct Subject: Sendable {
    package let kind: OwnedKind
    /// Where its id stands: the parameter of the path, else the member of the body (`a.b` inside another), else the
    /// parameter of the query. A list of ids counts as each of them.
    package let member: String
    /// Whether a request may leave it out, because it names another subject.
    package let isOptional: Bool
    /// Where it differs from the role that the operation needs.
    package let role: Role?

    static func workspace(_ member: String = "workspaceId") -> Subject { Subject(.workspace, member) }
    static func source(_ member: String = "sourceId") -> Subject { Subject(.source, member) }
    static func destination(_ member: String = "destinationId") -> Subject { Subject(.destination, member) }
    static func connection(_ member: String = "connectionId") -> Subject { Subject(.connection, member) }
    static func job(_ member: String = "id") -> Subject { Subject(.job, member) }
    /// A definition that comes with Swiftlet belongs to nobody: all may look at it, the instance's admin may change it.
    static func definition(_ member: String) -> Subject { Subject(.definition, member) }
    static func operation(_ member: String = "operationId") -> Subject { Subject(.operation, member) }
    static func event(_ member: String = "connectionEventId") -> Subject { Subject(.connectionEvent, member) }

    static func tag(_ member: String = "tagId") -> Subject { Subject(.tag, member) }
    static func permission(_ member: String = "permissionId") -> Subject { Subject(.permission, member) }
    /// A catalog belongs to the source that it was discovered at.
    static func catalog(_ member: String) -> Subject { Subject(.catalog, member) }
    static let command = Subject(.command, "id")

    init(_ kind: OwnedKind, _ member: String, isOptional: Bool = false, role: Role? = nil) {
        self.kind = kind
        self.member = member
        self.isOptional = isOptional
        self.role = role
    }

    /// The request may leave it out.
    var ifNamed: Subject { Subject(kind, member, isOptional: true, role: role) }
    /// It is made use of, not changed.
    var forUse: Subject { Subject(kind, member, isOptional: isOptional, role: .reader) }
}
