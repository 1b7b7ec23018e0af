package import Model

/// Who may call an operation.
package enum AccessRule: Sendable {
    /// Anyone who reaches the server, signed in or not.
    case open
    /// Anyone who is signed in; the handler shows what `Caller.visibleWorkspaces` holds and no more. Of what the request
    /// names all the same, the caller must be a reader.
    case visible([Subject])
    /// Who runs the instance.
    case instanceAdmin
    /// Who has at least this role in the workspace of each subject that the request names. One that a request must name
    /// and does not is refused before the handler runs.
    case role(Role, [Subject])

    static let signedIn = AccessRule.visible([])
    static func visible(_ subjects: Subject...) -> AccessRule { .visible(subjects) }
    static func reader(_ subjects: Subject...) -> AccessRule { .role(.reader, subjects) }
    static func runner(_ subjects: Subject...) -> AccessRule { .role(.runner, subjects) }
    static func editor(_ subjects: Subject...) -> AccessRule { .role(.editor, subjects) }
    static func admin(_ subjects: Subject...) -> AccessRule { .role(.admin, subjects) }
}
