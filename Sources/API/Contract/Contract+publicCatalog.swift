import Model

extension Contract {
    /// What the public API says of the installation.
    static let publicCatalog: [Contract] = [
        Contract(
            "public.listConnectorDefinitions", .visible(.workspace().ifNamed),
            "What sources or destinations can be made.",
            query: .object("", ["type": .words(ConnectorKind.self), "workspaceId?": .uuid]),
            gives: .object(
                "ConnectorDefinitionsResponse",
                [
                    "data": .list(
                        .object(
                            "ConnectorDefinitionResponse",
                            [
                                "id": .uuid, "name": .string, "connectorDefinitionType": .words(ConnectorKind.self),
                                "version": .string,
                            ]))
                ])),
        Contract(
            "public.listRegions", .signedIn, "Where syncs run: in this installation.",
            query: .object("", ["organizationId?": .uuid]),
            gives: .object(
                "RegionsResponse",
                [
                    "data": .list(
                        .object(
                            "RegionResponse",
                            [
                                "regionId": .uuid, "name": .string, "organizationId": .uuid, "enabled": .boolean,
                                "createdAt": .time, "updatedAt": .time,
                            ]))
                ])),
        Contract(
            "public.getDocumentation", .open, "Where this description is.", gives: .string, mediaTypes: ["text/html"]),
    ]
}
