import Model

extension Contract {
    /// The public API, but for its health.
    static let publicAPI: [Contract] =
        publicJobs + ConnectorKind.allCases.flatMap { publicConnectors($0) + publicDefinitions($0) }
        + publicConnections + publicWorkspaces

    private static let publicJobs: [Contract] = [
        Contract(
            "public.listJobs", .visible(.connection().ifNamed, .workspace("workspaceIds").ifNamed),
            "Jobs, page by page.", query: .publicJobQuery, gives: .publicPage("JobsResponse", of: .publicJob)),
        Contract(
            "public.createJob", .runner(.connection()), .creates, "Starts a job.", takes: .publicJobCreate,
            gives: .publicJob),
        Contract("public.getJob", .reader(.job("jobId")), "A job.", gives: .publicJob),
        Contract("public.cancelJob", .runner(.job("jobId")), .changes, "Cancels a job.", gives: .publicJob),
    ]

    private static func publicConnectors(_ kind: ConnectorKind) -> [Contract] {
        let noun = kind.noun
        let own = kind == .source ? Subject.source() : Subject.destination()
        let one = Shape.publicConnector(kind)
        return [
            Contract(
                "public.list\(noun)s", .visible(.workspace("workspaceIds").ifNamed),
                "The \(kind.plural), page by page.",
                query: .publicListQuery, gives: .publicPage("\(noun)sResponse", of: one)),
            Contract(
                "public.create\(noun)", .editor(.workspace(), .definition("definitionId").ifNamed.forUse), .creates,
                "Makes a \(kind), of a definition or of a connector's short name.", takes: .publicConnectorCreate(kind),
                gives: one),
            Contract(
                "public.get\(noun)", .reader(own), "A \(kind).",
                query: .object("", ["includeSecretCoordinates?": .boolean]), gives: one),
            Contract(
                "public.patch\(noun)", .editor(own), .changes, "Changes what the body names of a \(kind).",
                takes: .publicConnectorPatch(kind), gives: one),
            Contract(
                "public.put\(noun)", .editor(own), .changes, "Replaces the name and the configuration of a \(kind).",
                takes: .publicConnectorPut(kind), gives: one),
            Contract("public.delete\(noun)", .editor(own), .changes, "Deletes a \(kind) and its connections."),
        ]
    }

    private static func publicDefinitions(_ kind: ConnectorKind) -> [Contract] {
        let noun = kind.noun
        let definition = Subject.definition("definitionId")
        return [
            Contract(
                "public.list\(noun)Definitions", .reader(.workspace()), "The \(kind) definitions for a workspace.",
                gives: .publicPage("DefinitionsResponse", of: .publicDefinition)),
            Contract(
                "public.create\(noun)Definition", .editor(.workspace()), .creates,
                "Makes a \(kind) definition of a workspace's own.", takes: .publicDefinitionCreate,
                gives: .publicDefinition),
            Contract(
                "public.get\(noun)Definition", .reader(.workspace(), definition), "A \(kind) definition.",
                gives: .publicDefinition),
            Contract(
                "public.update\(noun)Definition", .editor(.workspace(), definition), .changes,
                "Renames a \(kind) definition and changes the version of its image.", takes: .publicDefinitionUpdate,
                gives: .publicDefinition),
            Contract(
                "public.delete\(noun)Definition", .editor(.workspace(), definition), .changes,
                "Deletes a \(kind) definition with what was made of it.", gives: .publicDefinition),
        ]
    }

    private static let publicConnections: [Contract] = [
        Contract(
            "public.listConnections", .visible(.workspace("workspaceIds").ifNamed), "The connections, page by page.",
            query: .publicConnectionQuery, gives: .publicPage("ConnectionsResponse", of: .publicConnection)),
        Contract(
            "public.createConnection", .editor(.source(), .destination()), .creates,
            "Makes a connection; of all streams, unless some are named.", takes: .publicConnectionCreate,
            gives: .publicConnection),
        Contract("public.getConnection", .reader(.connection()), "A connection.", gives: .publicConnection),
        Contract(
            "public.patchConnection", .editor(.connection()), .changes, "Changes what the body names of a connection.",
            takes: .publicConnectionPatch, gives: .publicConnection),
        Contract("public.deleteConnection", .editor(.connection()), .changes, "Deletes a connection."),
        Contract(
            "public.getStreamProperties", .runner(.source(), .destination().ifNamed.forUse),
            "The streams of a source, and how they can be moved to a destination.", query: .publicStreamQuery,
            gives: .publicStreams),
    ]

    private static let publicWorkspaces: [Contract] = [
        Contract(
            "public.listWorkspaces", .visible(.workspace("workspaceIds").ifNamed), "The workspaces, page by page.",
            query: .publicListQuery, gives: .publicPage("WorkspacesResponse", of: .publicWorkspace)),
        Contract(
            "public.createWorkspace", .instanceAdmin, .creates, "Makes a workspace.", takes: .publicWorkspaceCreate,
            gives: .publicWorkspace),
        Contract("public.getWorkspace", .reader(.workspace()), "A workspace.", gives: .publicWorkspace),
        Contract(
            "public.updateWorkspace", .admin(.workspace()), .changes, "Changes what the body names of a workspace.",
            takes: .publicWorkspacePatch, gives: .publicWorkspace),
        Contract(
            "public.deleteWorkspace", .admin(.workspace()), .changes, "Deletes a workspace and all that belongs to it."),
    ]
}
