import Airbyte
import Launcher
import Model

extension ConnectorDefinition {
    /// What a container of it may take for a job: as its connection says, then the definition.
    func limits(for job: ScopedResourceRequirements.JobType, of connection: Connection? = nil) -> ContainerLimits {
        ContainerLimits([connection?.resources].compactMap { $0 } + resources.requirements(for: job))
    }
}
