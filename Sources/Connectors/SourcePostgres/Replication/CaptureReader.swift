import Airbyte
import ConnectorKit
import Glibc
import JSON
import Postgres
import SQL

/// Reads a catalog by the changes in the server's log: copies what was not copied yet, then sends what changed since.
///
/// The slot is told to forget only what the state that the read was started with covers: by then it is saved.
struct CaptureReader {
    private let settings: SourceSettings
    private let capture: CaptureSettings
    private let output: ConnectorOutput
    private let global: GlobalOutput
    private let connections: Connections

    init(_ settings: SourceSettings, _ capture: CaptureSettings, _ output: ConnectorOutput) {
        self.settings = settings
        connections = Connections(settings, output)
        self.capture = capture
        self.output = output
        global = GlobalOutput(output)
    }

    func read(_ catalog: ConfiguredCatalog, from state: ConnectionState) throws {
        let saved = try CaptureStart.Saved(state)
        global.shared = saved.shared ?? .null
        let connection = try settings.connect()
        let schemas = Set(catalog.streams.compactMap(\.stream.namespace) + settings.schemas).sorted()
        let isCapturing = catalog.streams.contains { $0.syncMode == .incremental }
        if isCapturing { try prepare(connection) }
        let plan = try CapturePlan(
            catalog, SourceTable.all(in: schemas, connection),
            Publication(capture.publication, in: schemas, connection),
            named: capture.publication, defaultSchema: settings.schemas.first)
        // A state is of all streams, so those whose turn comes later must stand in it from the first one on.
        let wanted = Set(catalog.streams.map(\.descriptor))
        for state in saved.streams {
            if wanted.contains(state.descriptor) {
                global.set(state.state, of: state.descriptor)
            } else if isCapturing, StreamCapture(state.state) != nil {
                try warn("The stream \(state.descriptor) is left out now, so it is copied again when it is back.")
            }
        }
        for (stream, table) in plan.refreshed {
            try global.stream(stream.descriptor).reading { messages in
                let reader = try StreamReader(stream, table, messages, connections)
                try reader.read(connection, from: state.state(of: stream.descriptor))
            }
        }
        guard isCapturing else { return }
        let replication = try settings.connectForReplication()
        let start = try CaptureStart(
            saved, system: replication.systemIdentifier(), capture, ReplicationSlot(capture.slot, connection),
            connection, warn: warn)
        try read(plan.captured, start, replication, connection)
    }

    /// Looks whether everything needed is there, and tells what an operator should know of the slot.
    private func prepare(_ connection: PostgresConnection) throws {
        try beat()
        var slot = try ReplicationSlot(capture.slot, connection)
        if slot.isLost, capture.resyncs {
            try warn("\(ReplicationSlot.lost(capture.slot)) It is made again now, as the settings ask for.")
            try connection.execute(script: "SELECT pg_drop_replication_slot('\(capture.slot)')")
            try connection.execute(script: "SELECT pg_create_logical_replication_slot('\(capture.slot)', 'pgoutput')")
            slot = try ReplicationSlot(capture.slot, connection)
        }
        let problems = try CaptureCheck(settings: settings, capture: capture).problems(
            connection, tryingToReplicate: false)
        if !problems.isEmpty { throw ConnectorError(.config, problems.joined(separator: " ")) }
        if let found = slot.found {
            try output.log(.info, "The replication slot \(slot.name) is \(found.lag) bytes behind the end of the log.")
        }
        if let warning = slot.warning { try warn(warning) }
        let left = try Publication.unpublished(capture.publication, connection)
        if !left.isEmpty {
            try warn("The publication \(capture.publication) leaves out \(left), which the destination will not see.")
        }
    }

    private func read(
        _ streams: [(ConfiguredStream, CapturedTable)], _ start: CaptureStart, _ replication: PostgresReplication,
        _ connection: PostgresConnection
    ) throws {
        let outputs = streams.map { global.stream($0.0.descriptor) }
        let tables = try CaptureTables(
            zip(streams, outputs).map { pair, messages in
                let state = try start.state(of: pair.0.descriptor, pair.1, warn: warn)
                return TableChanges(pair.1, pair.0, state, messages, connection)
            }, connection)
        for messages in outputs { try messages.status(.started) }
        do {
            try copy(streams.map(\.0), outputs, tables, start, connection)
            try follow(tables, start, replication, connection)
        } catch {
            for messages in outputs { try messages.status(.incomplete) }
            throw Self.explained(error, capture)
        }
        for messages in outputs { try messages.status(.complete) }
    }

    private func copy(
        _ streams: [ConfiguredStream], _ outputs: [StreamOutput], _ tables: CaptureTables, _ start: CaptureStart,
        _ connection: PostgresConnection
    ) throws {
        let missing = tables.all.indices.filter { !tables.all[$0].isCopied }
        guard !missing.isEmpty else { return }
        try start.awaitRunningTransactions(connection, warn: warn)
        let deadline = ContinuousClock.now + capture.initialLoad
        for index in missing {
            let copy = TableCopy(
                changes: tables.all[index], stream: streams[index], output: outputs[index], connections: connections,
                deadline: deadline)
            let isWhole = try copy.run(connection) { try send(tables, start, at: start.position.lsn) }
            guard isWhole else {
                return try warn(
                    "The initial load has taken \(capture.initialLoad); what is missing follows with the next sync.")
            }
        }
    }

    private func follow(
        _ tables: CaptureTables, _ start: CaptureStart, _ replication: PostgresReplication,
        _ connection: PostgresConnection
    ) throws {
        let reader = ChangeReader(
            replication, tables, from: start.position.lsn, checkpointRows: settings.checkpointRows,
            log: warn, checkpoint: { try send(tables, start, at: $0) })
        let lsn = try connection.rows("SELECT pg_current_wal_flush_lsn()::text AS lsn").first?.get(
            "lsn", as: String.self)
        guard let target = lsn.flatMap({ PostgresLSN($0) }) else {
            throw DatabaseError(.decoding, "The server does not tell where its log ends.")
        }
        try begin(replication, at: start.position.lsn)
        if start.isSaved { try replication.confirm(start.position.lsn) }
        try reader.read(to: max(target, start.position.lsn), patience: capture.waiting)
        replication.close()
    }

    /// The slot may still be held for a moment by a read that was killed.
    private func begin(_ replication: PostgresReplication, at lsn: PostgresLSN) throws {
        let deadline = ContinuousClock.now + .seconds(60)
        // A list of names within a text.
        let publication = SQLText.identifier(capture.publication)
        while true {
            do {
                return try replication.start(
                    slot: capture.slot, at: lsn,
                    options: [("proto_version", "1"), ("publication_names", publication)])
            } catch let error as DatabaseError where error.native == "55006" {
                guard ContinuousClock.now < deadline else {
                    throw ConnectorError(
                        .transient,
                        "The replication slot \(capture.slot) is in use by somebody else; each source needs a slot of its own."
                    )
                }
                usleep(500_000)
            }
        }
    }

    private func send(_ tables: CaptureTables, _ start: CaptureStart, at lsn: PostgresLSN) throws {
        try tables.settle()
        var position = start.position
        position.lsn = lsn
        global.shared = position.json
        for changes in tables.all {
            // What committed before this is in the copy, and it was passed over.
            if changes.state.copy == nil, lsn >= changes.state.floor { changes.state.visibility = nil }
            global.set(changes.isBegun ? changes.state.json(of: changes.stream) : nil, of: changes.stream)
        }
        try global.send()
    }

    private func warn(_ message: String) throws { try output.log(.warn, message) }

    /// Runs the user's own statement. It must not keep the data from being read.
    private func beat() throws {
        guard let heartbeat = capture.heartbeat else { return }
        do {
            let connection = try settings.connect(writing: true)
            defer { connection.close() }
            try connection.execute(script: heartbeat)
        } catch let error as DatabaseError {
            try warn("The heartbeat query failed: \(error.message)")
        }
    }

    private static func explained(_ error: any Error, _ capture: CaptureSettings) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        switch error.native {
        case "42704":
            return ConnectorError(
                .config,
                "The publication \(capture.publication) did not exist at the saved position: it was made anew since. Clear the connection's data, so that every table is copied again.",
                detail: error.message)
        case "55000": return ConnectorError(.config, ReplicationSlot.lost(capture.slot), detail: error.message)
        default: return error
        }
    }
}
