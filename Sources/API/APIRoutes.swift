package import HTTP
import Model

/// Every operation the server answers.
package enum APIRoutes {
    package static func all(_ services: APIServices) -> [Route] {
        InstanceRoutes(services: services).routes
            + WorkspaceRoutes(services: services).routes
            + ConnectorKind.allCases.flatMap { kind in
                DefinitionRoutes(kind: kind, services: services).routes
                    + ConnectorRoutes(kind: kind, services: services).routes
                    + CheckRoutes(kind: kind, services: services).routes
            }
            + DiscoverRoutes(services: services).routes
            + ConnectionRoutes(services: services).routes
            + ConnectionListRoutes(services: services).routes
            + ConnectionProgressRoutes(services: services).routes
            + ConnectionHistoryRoutes(services: services).routes
            + StreamStatusRoutes(services: services).routes
            + SchemaChangeRoutes(services: services).routes
            + WebConnectionRoutes(services: services).routes
            + WebRoutes(services: services).routes
            + MapperRoutes(services: services).routes
            + StateRoutes(services: services).routes
            + StateVersionRoutes(services: services).routes
            + ConnectionJobRoutes(services: services).routes
            + JobRoutes(services: services).routes
            + WorkspaceJobRoutes(services: services).routes
            + AttemptRoutes(services: services).routes
            + CommandRoutes(services: services).routes
            + SchedulerRoutes(services: services).routes
            + AttemptLogRoutes(services: services).routes
            + RetryRoutes(services: services).routes
            + RejectedRoutes(services: services).routes
            + EventRoutes(services: services).routes
            + OperationRoutes(services: services).routes
            + NotificationRoutes(services: services).routes
            + RunRoutes(services: services).routes
            + MetricsRoutes(services: services).routes
            + DescriptionRoutes(services: services).routes
            + PublicHealthRoutes(services: services).routes
            + PublicJobRoutes(services: services).routes
    }
}
