import Model

extension Contract {
    /// Sources and destinations.
    static let connectors: [Contract] =
        ConnectorKind.allCases.flatMap { kind in connectors(kind) + checks(kind) } + [
            Contract(
                "discoverSchemaForSource", .runner(.source(), .connection().ifNamed), .changes,
                "What streams a source has.", takes: .discoverAsked, gives: .discoverRead),
            Contract(
                "getMostRecentSourceActorCatalog", .reader(.source()), "The newest catalog of a source.",
                takes: .connectorID(.source), gives: .newestCatalog),
            Contract(
                "discoverCatalogForDestination", .runner(.destination()), .changes,
                "What objects a destination writes into.", takes: .objectsAsked, gives: .destinationCatalog),
            Contract(
                "getCatalogForConnection", .reader(.connection()),
                "What objects a connection's destination writes into, as it said last.", takes: .connectionID,
                gives: .destinationCatalog),
        ]

    private static func connectors(_ kind: ConnectorKind) -> [Contract] {
        let noun = kind.noun
        let own = kind == .source ? Subject.source() : Subject.destination()
        let definition = Subject.definition(kind.definitionIDKey)
        let paginated = kind == .source ? "listSourcesForWorkspacePaginated" : "listDestinationsForWorkspacesPaginated"
        return [
            Contract(
                "create\(noun)", .editor(.workspace(), definition.forUse), .creates, "Makes a \(kind).",
                takes: .connectorCreate(kind), gives: .connectorRead(kind)),
            Contract(
                "get\(noun)", .reader(own), "A \(kind).", takes: .connectorID(kind), gives: .connectorRead(kind)),
            Contract(
                "list\(noun)sForWorkspace", .reader(.workspace()), "The \(kind.plural) of a workspace.",
                takes: .connectorsOfWorkspace, gives: .connectorList(kind)),
            Contract(
                paginated, .reader(.workspace("workspaceIds")), "The \(kind.plural) of workspaces, page by page.",
                takes: .resourcesOfWorkspaces, gives: .connectorList(kind)),
            Contract(
                "search\(noun)s", .visible(.workspace().ifNamed, own.ifNamed, definition.ifNamed),
                "The \(kind.plural) that look like an example.", takes: .connectorSearch(kind),
                gives: .connectorList(kind)),
            Contract(
                "update\(noun)", .editor(own), .changes, "Replaces a \(kind).", takes: .connectorUpdate(kind),
                gives: .connectorRead(kind)),
            Contract(
                "partialUpdate\(noun)", .editor(own), .changes, "Changes what the body names.",
                takes: .connectorPartialUpdate(kind), gives: .connectorRead(kind)),
            Contract(
                "upgrade\(noun)Version", .editor(own), .changes, "Moves a \(kind) to its definition's version.",
                takes: .connectorID(kind)),
            Contract(
                "delete\(noun)", .editor(own), .changes, "Deletes a \(kind) and its connections.",
                takes: .connectorID(kind)),
        ]
    }

    private static func checks(_ kind: ConnectorKind) -> [Contract] {
        let own = kind == .source ? Subject.source() : Subject.destination()
        return [
            Contract(
                "checkConnectionTo\(kind.noun)", .runner(own), .changes, "Whether a \(kind) can be reached.",
                takes: .connectorID(kind), gives: .checkRead),
            Contract(
                "checkConnectionTo\(kind.noun)ForUpdate", .editor(own), .changes,
                "Whether a \(kind) could be reached with another configuration.", takes: .connectorUpdate(kind),
                gives: .checkRead),
        ]
    }
}
