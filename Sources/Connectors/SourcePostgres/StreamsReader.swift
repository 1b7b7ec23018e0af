import Airbyte
import ConnectorKit
import Posix
import Postgres
import Synchronization

/// Reads the streams of a catalog, each for itself, as many side by side as there may be connections.
struct StreamsReader: Sendable {
    /// The streams that nobody has begun.
    private final class Queue: Sendable {
        private let waiting: Mutex<ArraySlice<ConfiguredStream>>
        private let first = Mutex<(any Error)?>(nil)

        init(_ streams: [ConfiguredStream]) { waiting = Mutex(streams[...]) }

        func next() -> ConfiguredStream? { waiting.withLock { $0.popFirst() } }

        /// Those that are under way go on to their end; no other one is begun.
        func stop(_ reason: any Error) {
            waiting.withLock { $0 = [] }
            first.withLock { first in if first == nil { first = reason } }
        }

        /// What went wrong first.
        var failure: (any Error)? { first.withLock { $0 } }
    }

    private let settings: SourceSettings
    private let state: ConnectionState
    private let output: ConnectorOutput
    private let connections: Connections

    init(_ settings: SourceSettings, _ state: ConnectionState, _ output: ConnectorOutput) {
        self.settings = settings
        self.state = state
        self.output = output
        connections = Connections(settings, output)
    }

    func read(_ catalog: ConfiguredCatalog) throws {
        let connection = try settings.connect()
        let schemas = Set(catalog.streams.compactMap(\.stream.namespace) + settings.schemas)
        let tables = try SourceTable.all(in: schemas.sorted(), connection)
        let queue = Queue(catalog.streams)
        let others = ThreadGroup()
        for _ in catalog.streams.dropFirst() {
            guard connections.lend(in: others, to: { read(queue, tables, $0) }) else { break }
        }
        read(queue, tables, connection)
        connection.close()
        connections.giveBack()
        others.wait()
        if let failure = queue.failure { throw failure }
    }

    private func read(_ queue: Queue, _ tables: [SourceTable], _ connection: PostgresConnection) {
        while let stream = queue.next() {
            do {
                try output.reading(stream.descriptor) { try read(stream, tables, connection, $0) }
            } catch {
                queue.stop(error)
            }
        }
    }

    private func read(
        _ stream: ConfiguredStream, _ tables: [SourceTable], _ connection: PostgresConnection, _ output: StreamOutput
    ) throws {
        let schema = stream.stream.namespace ?? settings.schemas.first
        guard let table = tables.first(where: { $0.name == stream.stream.name && $0.schema == schema }) else {
            throw ConnectorError(
                .config,
                "The table \(stream.descriptor) does not exist or may not be read; refresh the source's schema.")
        }
        let saved = state.state(of: stream.descriptor)
        if case .xmin = settings.method, stream.syncMode == .incremental {
            let reader = XminReader(stream: stream, table: table, output: output, connections: connections)
            return try reader.read(connection, from: saved)
        }
        try StreamReader(stream, table, output, connections).read(connection, from: saved)
    }
}
