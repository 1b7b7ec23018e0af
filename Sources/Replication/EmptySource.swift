package import Airbyte
import JSON
package import Posix
package import Time

/// Stands in for the source of a clear: sets the state of each cleared stream to null and completes it.
package final class EmptySource: RunningConnector {
    package let input: Descriptor? = nil
    package let output: Descriptor

    /// Throws where only a part of a state of the old form should be cleared.
    package init(
        clearing: [StreamDescriptor], of catalog: ConfiguredCatalog, state: ConnectionState, clock: any WallClock
    ) throws {
        let lines = try Self.messages(clearing: clearing, of: catalog, state: state, clock: clock)
        let pipe = try Pipe()
        output = pipe.reader
        let writer = pipe.writer
        let bytes = lines.flatMap { (line: JSON) -> [UInt8] in line.bytes + [10] }
        Thread.start {
            try? writer.write(bytes)
            writer.close()
        }
    }

    /// Streams that stay as they are get COMPLETE too: nothing more will come for them.
    static func messages(
        clearing: [StreamDescriptor], of catalog: ConfiguredCatalog, state: ConnectionState, clock: any WallClock
    ) throws -> [JSON] {
        let now = clock.now.milliseconds
        let all = catalog.streams.map(\.descriptor)
        let cleared = all.filter(Set(clearing).contains)
        if case .legacy = state, cleared.count < all.count {
            throw ReplicationError(
                .partialLegacyClear,
                "The state of this connection cannot be told apart by stream: clear all of its streams, or none.")
        }
        func status(_ phase: StreamStatusTrace.Phase, _ streams: [StreamDescriptor]) -> [JSON] {
            streams.map { StreamStatusTrace(stream: $0, phase: phase).message(emittedAt: now) }
        }
        return status(.started, cleared) + states(clearing: cleared, state: state) + status(.complete, all)
    }

    private static func states(clearing: [StreamDescriptor], state: ConnectionState) -> [JSON] {
        switch state {
        case .empty, .stream:
            return clearing.map { StateMessage(StreamState(descriptor: $0, state: nil)).message }
        case .global(let shared, let states):
            let cleared = states.map { state in
                clearing.contains(state.descriptor) ? StreamState(descriptor: state.descriptor, state: nil) : state
            }
            let isWhole = cleared.allSatisfy { $0.state == nil }
            let file = ConnectionState.global(shared: isWhole ? nil : shared, cleared).file
            return file?.arrayValue.map { $0.map { ["type": "STATE", "state": $0] } } ?? []
        case .legacy: return [["type": "STATE", "state": ["type": "LEGACY", "data": [:]]]]
        }
    }

    package var errorTail: [UInt8] { [] }
    package func wait(until deadline: BootInstant) -> ChildExit? { .exited(0) }
    package func waitForErrors(until deadline: BootInstant) -> Bool { true }
    package func terminate(grace: Duration) -> ChildExit { .exited(0) }
}
