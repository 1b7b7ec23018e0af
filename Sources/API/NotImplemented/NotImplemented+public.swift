import HTTP

extension NotImplemented {
    /// Those of the public API.
    static let `public`: [NotImplemented] = [
        publicSignIn, publicManifests, publicDataplanes, publicEmbedded, publicGroups,
    ].flatMap { $0 }

    /// Signing in at a source or destination through its own pages.
    private static let publicSignIn: [NotImplemented] = [
        .public(.get, "oauth/callback", "public.oauthCallback"),
        .public(.post, "sources/initiateOAuth", "public.initiateOAuth"),
        .public(.put, "workspaces/{workspaceId}/oauthCredentials", "public.createOrUpdateWorkspaceOAuthCredentials"),
        .public(
            .delete, "workspaces/{workspaceId}/oauthCredentials/{actorType}/{name}",
            "public.deleteWorkspaceOAuthCredentials"),
        .public(
            .put, "organizations/{organizationId}/oauthCredentials", "public.createOrUpdateOrganizationOAuthCredentials"
        ),
        .public(
            .delete, "organizations/{organizationId}/oauthCredentials/{actorType}/{name}",
            "public.deleteOrganizationOAuthCredentials"),
    ]

    /// Connectors that are declared in a manifest, and the pages where one is built.
    private static let publicManifests: [NotImplemented] = [
        .public(
            .get, "workspaces/{workspaceId}/definitions/declarative_sources", "public.listDeclarativeSourceDefinitions"),
        .public(
            .post, "workspaces/{workspaceId}/definitions/declarative_sources",
            "public.createDeclarativeSourceDefinition"),
        .public(
            .get, "workspaces/{workspaceId}/definitions/declarative_sources/{definitionId}",
            "public.getDeclarativeSourceDefinition"),
        .public(
            .put, "workspaces/{workspaceId}/definitions/declarative_sources/{definitionId}",
            "public.updateDeclarativeSourceDefinition"),
        .public(
            .delete, "workspaces/{workspaceId}/definitions/declarative_sources/{definitionId}",
            "public.deleteDeclarativeSourceDefinition"),
    ]

    /// Workers in other places that register themselves.
    private static let publicDataplanes: [NotImplemented] = [
        .public(.post, "regions", "public.createRegion"),
        .public(.get, "regions/{regionId}", "public.getRegion"),
        .public(.patch, "regions/{regionId}", "public.updateRegion"),
        .public(.delete, "regions/{regionId}", "public.deleteRegion"),
        .public(.get, "dataplanes", "public.listDataplanes"),
        .public(.post, "dataplanes", "public.createDataplane"),
        .public(.get, "dataplanes/{dataplaneId}", "public.getDataplane"),
        .public(.patch, "dataplanes/{dataplaneId}", "public.updateDataplane"),
        .public(.delete, "dataplanes/{dataplaneId}", "public.deleteDataplane"),
    ]

    /// The widget for the pages of others.
    private static let publicEmbedded: [NotImplemented] = [
        .public(.post, "embedded/widget_token", "public.getEmbeddedWidget"),
        .public(.post, "embedded/scoped_token", "public.generateEmbeddedScopedToken"),
        .public(.get, "embedded/organizations", "public.listEmbeddedOrganizationsByUser"),
    ]

    /// Groups of people.
    private static let publicGroups: [NotImplemented] = [
        .public(.get, "groups", "public.listGroups"),
        .public(.post, "groups", "public.createGroup"),
        .public(.get, "groups/{groupId}", "public.getGroup"),
        .public(.patch, "groups/{groupId}", "public.updateGroup"),
        .public(.delete, "groups/{groupId}", "public.deleteGroup"),
        .public(.get, "groups/{groupId}/members", "public.listGroupMembers"),
        .public(.post, "groups/{groupId}/members", "public.addGroupMember"),
        .public(.delete, "groups/{groupId}/members/{userId}", "public.removeGroupMember"),
        .public(.get, "groups/{groupId}/permissions", "public.listGroupPermissions"),
        .public(.post, "groups/{groupId}/permissions", "public.createGroupPermission"),
        .public(.delete, "groups/{groupId}/permissions/{permissionId}", "public.deleteGroupPermission"),
    ]
}
