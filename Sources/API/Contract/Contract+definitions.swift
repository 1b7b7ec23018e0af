import Model

extension Contract {
    /// What sources and destinations are made of.
    static let definitions: [Contract] =
        ConnectorKind.allCases.flatMap(definitions) + ConnectorKind.allCases.flatMap(specifications) + [
            Contract(
                "getActorDefinitionVersionDefault", .reader(.definition("actorDefinitionId")),
                "The version that a definition stands at.", takes: .versionDefault, gives: .versionRead),
            Contract(
                "resolveActorDefinitionVersionByTag", .reader(.definition("actorDefinitionId")),
                "A version of a definition by its tag.", takes: .versionResolve, gives: .versionResolved),
            Contract(
                "getConnectorDocumentation", .reader(.workspace(), .definition("actorDefinitionId")),
                "What can be configured, in Markdown.", takes: .documentationAsked, gives: .documentation),
        ]

    private static func definitions(_ kind: ConnectorKind) -> [Contract] {
        let noun = kind.noun
        let definition = Subject.definition(kind.definitionIDKey)
        return [
            Contract(
                "list\(noun)Definitions", .signedIn, "The definitions of all.", takes: .object("", [:]),
                gives: .definitionList(kind)),
            Contract(
                "listLatest\(noun)Definitions", .signedIn, "The definitions of all.", takes: .object("", [:]),
                gives: .definitionList(kind)),
            Contract(
                "list\(noun)DefinitionsForWorkspace", .reader(.workspace()), "The definitions for a workspace.",
                takes: .definitionsOfWorkspace, gives: .definitionList(kind)),
            Contract(
                "listEnterprise\(noun)StubsForWorkspace", .reader(.workspace()), "Connectors to be bought: none.",
                takes: .workspaceID, gives: .enterpriseStubs),
            Contract(
                "get\(noun)Definition", .reader(definition), "A definition.", takes: .definitionID(kind),
                gives: .definitionRead(kind)),
            Contract(
                "get\(noun)DefinitionForWorkspace", .reader(definition, .workspace()),
                "A definition, if a workspace may use it.", takes: .definitionOfWorkspace(kind),
                gives: .definitionRead(kind)),
            Contract(
                "get\(noun)DefinitionForScope", .reader(.definition("actorDefinitionId"), .workspace("scopeId")),
                "A definition, if a workspace may use it.", takes: .definitionOfScope, gives: .definitionRead(kind)),
            Contract(
                "createCustom\(noun)Definition", .editor(.workspace().ifNamed, .workspace("scopeId").ifNamed),
                .creates, "Makes a definition of a workspace's own.", takes: .definitionCreate(kind),
                gives: .definitionRead(kind)),
            Contract(
                "update\(noun)Definition", .editor(definition, .workspace().ifNamed), .changes,
                "Moves a definition to another version.", takes: .definitionUpdate(kind), gives: .definitionRead(kind)),
            Contract(
                "delete\(noun)Definition", .editor(definition), .changes, "Deletes a definition.",
                takes: .definitionID(kind)),
        ]
    }

    private static func specifications(_ kind: ConnectorKind) -> [Contract] {
        let noun = kind.noun
        let own = kind == .source ? Subject.source() : Subject.destination()
        return [
            Contract(
                "get\(noun)DefinitionSpecification", .reader(.definition(kind.definitionIDKey)),
                "What a connector can be told.", takes: .definitionID(kind), gives: .specificationRead(kind)),
            Contract(
                "getSpecificationFor\(noun)Id", .reader(own), "What a \(kind) can be told.",
                takes: .connectorID(kind), gives: .specificationRead(kind)),
            Contract(
                "getActorDefinitionVersionFor\(noun)Id", .reader(own), "The version that a \(kind) runs.",
                takes: .connectorID(kind), gives: .versionRead),
        ]
    }
}
