/// What the connectors of a definition may take, for all they do and for some of it.
package struct ScopedResourceRequirements: Hashable, Sendable, Codable {
    package enum JobType: String, Sendable, Codable, CaseIterable {
        case spec = "get_spec"
        case check = "check_connection"
        case discover = "discover_schema"
        case sync
        case reset = "reset_connection"
        case updater = "connection_updater"
        case replicate
    }

    package struct OfJobType: Hashable, Sendable, Codable {
        package var jobType: JobType
        package var resourceRequirements: ResourceRequirements

        package init(jobType: JobType, resourceRequirements: ResourceRequirements) {
            self.jobType = jobType
            self.resourceRequirements = resourceRequirements
        }
    }

    package var `default`: ResourceRequirements?
    package var jobSpecific: [OfJobType]?

    package init(default: ResourceRequirements? = nil, jobSpecific: [OfJobType]? = nil) {
        self.default = `default`
        self.jobSpecific = jobSpecific
    }

    package var isEmpty: Bool { self.default == nil && jobSpecific == nil }

    /// The more special ones first.
    package func requirements(for job: JobType) -> [ResourceRequirements] {
        (jobSpecific ?? []).filter { $0.jobType == job }.map(\.resourceRequirements) + [self.default].compactMap { $0 }
    }
}
