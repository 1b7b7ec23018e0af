package import HTTP
import Model

/// Every operation the server answers.
package enum APIRoutes {
    package static func all(_ services: APIServices) -> [Route] {
        let groups: [[Route]] = [
            InstanceRoutes(services: services).routes,
            SetupRoutes(services: services).routes,
            DeploymentRoutes(services: services).routes,
            WorkspaceRoutes(services: services).routes,
            WorkspaceListRoutes(services: services).routes,
            OrganizationRoutes(services: services).routes,
            ConnectorKind.allCases.flatMap { connectors($0, services) },
            DefinitionVersionRoutes(services: services).routes,
            DocumentationRoutes(services: services).routes,
            DiscoverRoutes(services: services).routes,
            SourceCatalogRoutes(services: services).routes,
            DestinationCatalogRoutes(services: services).routes,
            ConnectionRoutes(services: services).routes,
            ConnectionListRoutes(services: services).routes,
            ConnectionProgressRoutes(services: services).routes,
            ConnectionHistoryRoutes(services: services).routes,
            StreamStatusRoutes(services: services).routes,
            SchemaChangeRoutes(services: services).routes,
            WebConnectionRoutes(services: services).routes,
            WebRoutes(services: services).routes,
            MapperRoutes(services: services).routes,
            StateRoutes(services: services).routes,
            StateVersionRoutes(services: services).routes,
            ConnectionJobRoutes(services: services).routes,
            JobRoutes(services: services).routes,
            WorkspaceJobRoutes(services: services).routes,
            AttemptRoutes(services: services).routes,
            CommandRoutes(services: services).routes,
            SchedulerRoutes(services: services).routes,
            AttemptLogRoutes(services: services).routes,
            RetryRoutes(services: services).routes,
            RejectedRoutes(services: services).routes,
            EventRoutes(services: services).routes,
            OperationRoutes(services: services).routes,
            NotificationRoutes(services: services).routes,
            RunRoutes(services: services).routes,
            MetricsRoutes(services: services).routes,
            DescriptionRoutes(services: services).routes,
            DiagnosticRoutes(services: services).routes,
            TokenRoutes(services: services).routes,
            SignInRoutes(services: services).routes,
            PersonRoutes(services: services).routes,
            PermissionRoutes(services: services).routes,
            ApplicationRoutes(services: services).routes,
            TagRoutes(services: services).routes,
            AuditRoutes(services: services).routes,
            PublicOrganizationRoutes(services: services).routes,
            PublicHealthRoutes(services: services).routes,
            PublicCatalogRoutes(services: services).routes,
            PublicJobRoutes(services: services).routes,
            PublicConnectionRoutes(services: services).routes,
            PublicStreamRoutes(services: services).routes,
            PublicWorkspaceRoutes(services: services).routes,
            NotImplemented.routes,
        ]
        return groups.flatMap { $0 }
    }

    /// Those of sources, or of destinations.
    private static func connectors(_ kind: ConnectorKind, _ services: APIServices) -> [Route] {
        let groups: [[Route]] = [
            DefinitionRoutes(kind: kind, services: services).routes,
            ConnectorRoutes(kind: kind, services: services).routes,
            ConnectorListRoutes(kind: kind, services: services).routes,
            ConnectorVersionRoutes(kind: kind, services: services).routes,
            CheckRoutes(kind: kind, services: services).routes,
            PublicConnectorRoutes(kind: kind, services: services).routes,
            PublicDefinitionRoutes(kind: kind, services: services).routes,
        ]
        return groups.flatMap { $0 }
    }
}
