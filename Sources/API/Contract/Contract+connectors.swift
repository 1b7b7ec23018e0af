import Model

extension Contract {
    /// Sources and destinations, and what they are made of.
    static let connectors: [Contract] =
        ConnectorKind.allCases.flatMap { kind in
            let noun = kind.noun
            let own = kind == .source ? Subject.source() : Subject.destination()
            let definition = Subject.definition(kind.definitionIDKey)
            return [
                Contract("list\(noun)Definitions", .signedIn, "The definitions of all.", gives: .any),
                Contract("listLatest\(noun)Definitions", .signedIn, "The definitions of all.", gives: .any),
                Contract(
                    "list\(noun)DefinitionsForWorkspace", .reader(.workspace()), "The definitions for a workspace.",
                    takes: .any, gives: .any),
                Contract("get\(noun)Definition", .reader(definition), "A definition.", takes: .any, gives: .any),
                Contract(
                    "createCustom\(noun)Definition", .editor(.workspace().ifNamed, .workspace("scopeId").ifNamed),
                    .creates, "Makes a definition of a workspace's own.", takes: .any, gives: .any),
                Contract(
                    "delete\(noun)Definition", .editor(definition), .changes, "Deletes a definition.", takes: .any),
                Contract(
                    "get\(noun)DefinitionSpecification", .reader(definition), "What a connector can be told.",
                    takes: .any,
                    gives: .any),
                Contract(
                    "create\(noun)", .editor(.workspace(), definition.forUse), .creates, "Makes a \(kind).",
                    takes: .any,
                    gives: .any),
                Contract("get\(noun)", .reader(own), "A \(kind).", takes: .any, gives: .any),
                Contract(
                    "list\(noun)sForWorkspace", .reader(.workspace()), "The \(kind.plural) of a workspace.",
                    takes: .any,
                    gives: .any),
                Contract("update\(noun)", .editor(own), .changes, "Replaces a \(kind).", takes: .any, gives: .any),
                Contract(
                    "delete\(noun)", .editor(own), .changes, "Deletes a \(kind) and its connections.", takes: .any),
                Contract(
                    "checkConnectionTo\(noun)", .runner(own), .changes, "Whether a \(kind) can be reached.",
                    takes: .any,
                    gives: .any),
                Contract(
                    "checkConnectionTo\(noun)ForUpdate", .editor(own), .changes,
                    "Whether a \(kind) could be reached with another configuration.", takes: .any, gives: .any),
            ]
        } + [
            Contract(
                "discoverSchemaForSource", .runner(.source(), .connection().ifNamed), .changes,
                "What streams a source has.", takes: .any, gives: .any)
        ]
}
