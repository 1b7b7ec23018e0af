package import Airbyte
package import JSON
package import Launcher

/// Everything that one attempt of a sync, refresh or clear needs to know.
///
/// It holds hydrated configurations: it goes to the attempt process through a pipe and is never stored or logged.
package struct ReplicationPlan: Sendable, Codable {
    package var jobID: Int64
    /// Counts from 0.
    package var attemptNumber: Int
    package var source: Source
    package var destination: Destination
    /// As the source knows the streams, with the generation ids of this attempt.
    package var catalog: ConfiguredCatalog
    package var mapping: NamespaceMapping
    /// What is done with records on their way, under the source's names; a stream that is not listed goes on as it comes.
    package var treatments: [StreamTreatment]
    package var countMismatch: CountMismatch
    /// The form of blocks in which rows may go from one connector to the other; nil: records only.
    package var rowBlocks: String?
    package var limits: ReplicationLimits
    /// What the connectors' containers may take; nil: what the worker's settings say.
    package var sourceLimits: ContainerLimits?
    package var destinationLimits: ContainerLimits?
    /// Values that no log line and no message may show.
    package var secrets: [String]

    package init(
        jobID: Int64, attemptNumber: Int, source: Source, destination: Destination, catalog: ConfiguredCatalog,
        mapping: NamespaceMapping = NamespaceMapping(), treatments: [StreamTreatment] = [],
        countMismatch: CountMismatch = .fail, rowBlocks: String? = nil, limits: ReplicationLimits = ReplicationLimits(),
        sourceLimits: ContainerLimits? = nil, destinationLimits: ContainerLimits? = nil, secrets: [String] = []
    ) {
        self.jobID = jobID
        self.attemptNumber = attemptNumber
        self.source = source
        self.destination = destination
        self.catalog = catalog
        self.mapping = mapping
        self.treatments = treatments
        self.countMismatch = countMismatch
        self.rowBlocks = rowBlocks
        self.limits = limits
        self.sourceLimits = sourceLimits
        self.destinationLimits = destinationLimits
        self.secrets = secrets
    }

    package enum Source: Sendable, Codable {
        case connector(image: String, config: JSON, state: ConnectionState)
        /// For a clear: no source is started, the streams' states are set to null. `state` is the connection's state
        /// as it is stored, which tells its form.
        case empty(clearing: [StreamDescriptor], state: ConnectionState)

        /// Null where there is no connector.
        var config: JSON {
            if case .connector(_, let config, _) = self { config } else { .null }
        }
    }

    package struct Destination: Sendable, Codable {
        package var image: String
        package var config: JSON
        package var supportsRefreshes: Bool
        /// The connection's id, for a destination that is told where the attempt begins; nil for others.
        package var resumesConnection: String?

        package init(image: String, config: JSON, supportsRefreshes: Bool, resumesConnection: String? = nil) {
            self.image = image
            self.config = config
            self.supportsRefreshes = supportsRefreshes
            self.resumesConnection = resumesConnection
        }
    }
}
