package import Airbyte
package import JSON

/// A program that speaks Airbyte's protocol over its standard streams; everything in it blocks.
///
/// What its functions throw becomes an error trace and exit code 1, from `check` a FAILED status and exit code 0.
package protocol Connector: Sendable {
    /// What it is called on the command line.
    static var name: String { get }
    /// The payload of its SPEC message.
    static var specification: JSON { get }

    init()

    /// Returns when the configuration works.
    func check(_ configuration: Configuration) throws
}

/// A connector that reads.
package protocol SourceConnector: Connector {
    func discover(_ configuration: Configuration) throws -> AirbyteCatalog

    /// Emits every record of the catalog's streams that `state` does not cover.
    func read(
        _ configuration: Configuration, catalog: ConfiguredCatalog, state: ConnectionState, output: ConnectorOutput
    ) throws
}

/// A connector that writes.
package protocol DestinationConnector: Connector {
    /// Consumes `input` to its end and echoes every state once what came before it cannot be lost any more.
    func write(
        _ configuration: Configuration, catalog: ConfiguredCatalog, input: DestinationInput, output: ConnectorOutput
    ) throws
}
