package import Airbyte
package import ConnectorKit
import Glibc
import JSON

/// Keeps nothing: takes records, acknowledges states, and on the way can log some records, dawdle or fail, to try what
/// stands before it.
package struct DestinationDevNull: DestinationConnector {
    package static let name = "destination-dev-null"

    package init() {}

    package func check(_ configuration: Configuration) throws { _ = try Settings(configuration) }

    package func write(
        _ configuration: Configuration, catalog: ConfiguredCatalog, input: DestinationInput, output: ConnectorOutput
    ) throws {
        let behaviour = try Settings(configuration).testDestination
        var sample = if case .logging(let sampling) = behaviour { RecordSample(sampling) } else { RecordSample?.none }
        var taken = 0
        while true {
            switch try input.next() {
            case .record(let record):
                if case .failing(let limit) = behaviour, taken >= limit {
                    throw ConnectorError(
                        .system, "The destination fails after \(limit) records, as its configuration says.")
                }
                taken += 1
                if case .throttled(let milliseconds) = behaviour { usleep(UInt32(milliseconds) * 1000) }
                let name = [record.namespace, record.stream].compactMap { $0?.text(in: input.line) }
                let stream = name.joined(separator: ".")
                if let place = sample?.take(of: stream) {
                    try output.log(.info, "Record \(place) of \(stream): \(record.data.text(in: input.line))")
                }
            case .state:
                try output.echo(Array(input.line))
                try output.flush()
            case .rows, .status, .idle: break
            case .end: return
            }
        }
    }
}
