import Model

/// The words in which the interface tells sources and destinations apart.
extension ConnectorKind {
    var noun: String { self == .source ? "Source" : "Destination" }
    /// `sources`: the path's segment, and the list's name.
    var plural: String { "\(self)s" }
    var idKey: String { "\(self)Id" }
    var nameKey: String { "\(self)Name" }
    var definitionKey: String { "\(self)Definition" }
    var definitionIDKey: String { "\(self)DefinitionId" }
    /// The name that jobs of checking one go by.
    var checkType: String { "check_connection_\(self)" }
}
