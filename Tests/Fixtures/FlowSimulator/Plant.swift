import Flow

/// A bug that a test plants: the engine's statements edited on their way to the database, or its settings changed.
/// Production code knows nothing of it.
struct Plant: Sendable {
    struct Edit: Sendable {
        let find: String
        let replacement: String

        init(_ find: String, _ replacement: String) {
            self.find = find
            self.replacement = replacement
        }
    }

    let name: String
    var edits: [Edit] = []
    var schema: String?
    var usesClientClock = false
    var settings: (@Sendable (inout FlowSettings) -> Void)?
}
