package import Airbyte
package import ConnectorKit
import JSON
import Time

/// Makes up products, users and purchases, the same for the same seed; for trials, demonstrations and measurements.
///
/// Streams, fields, options and states are those of Airbyte's own source of that name, whose states it goes on from; the
/// values are others.
package struct SourceFaker: SourceConnector {
    package static let name = "source-faker"

    package init() {}

    package func check(_ configuration: Configuration) throws { _ = try FakerSettings(configuration) }

    package func discover(_ configuration: Configuration) throws -> AirbyteCatalog {
        AirbyteCatalog(streams: FakedStream.allCases.map(\.stream))
    }

    package func read(
        _ configuration: Configuration, catalog: ConfiguredCatalog, state: ConnectionState, output: ConnectorOutput
    ) throws {
        let settings = try FakerSettings(configuration)
        let now = SystemClock().now
        for stream in catalog.streams {
            try output.reading(stream.descriptor) { messages in
                guard stream.stream.namespace == nil, let faked = FakedStream(rawValue: stream.stream.name) else {
                    throw ConnectorError(
                        .config, "There is no stream \(stream.descriptor) to make up; refresh the source's schema.")
                }
                let progress = FakerProgress(state.state(of: stream.descriptor), faked, settings)
                let selection = FieldSelection(stream, of: faked)
                try Self.read(faked, selection, settings, from: progress, at: now, messages)
            }
        }
    }

    private static func read(
        _ stream: FakedStream, _ selection: FieldSelection, _ settings: FakerSettings, from progress: FakerProgress,
        at now: Instant,
        _ output: StreamOutput
    ) throws {
        var progress = progress
        let rows = stream.rows(settings)
        let left = rows - progress.offset
        try output.estimate(rows: left, bytes: left * stream.typicalBytes)
        repeat {
            let end = min(progress.offset + settings.recordsPerSlice, rows)
            while progress.offset < end {
                progress.offset += 1
                let row = FakedRow(
                    id: progress.offset, seed: progress.seed, updatedAt: settings.alwaysUpdated ? now : nil)
                try output.record { try selection.write(stream, row, into: &$0) }
            }
            try output.state(progress.json(at: now))
        } while progress.offset < rows
    }
}
