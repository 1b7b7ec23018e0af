package import Airbyte
import Glibc
import JSON

/// Loads a destination's input into typed tables: the part of `write` that all SQL destinations share.
///
/// What was committed after the last saved state comes again when an attempt is repeated. Where the platform tells what
/// is saved, those rows are taken back first; otherwise delivery is at least once.
package final class TableLoader {
    private let warehouse: any Warehouse
    private let input: DestinationInput
    private let output: ConnectorOutput
    private let limits: BatchLimits
    private let ledger: CommitLedger?
    private var streams: [StreamDescriptor: LoadedStream] = [:]
    /// States whose rows are not committed yet, in the order they came.
    private var states: [[UInt8]] = []
    private var rows = 0
    private var bytes = 0
    private var blocks = 0
    private var firstWaiting: ContinuousClock.Instant?
    /// The stream of the last record, by the bytes that name it.
    private var last: (name: [UInt8], namespace: [UInt8], stream: LoadedStream)?

    package init(
        _ warehouse: any Warehouse, _ catalog: ConfiguredCatalog, input: DestinationInput, output: ConnectorOutput,
        limits: BatchLimits = BatchLimits(), isFirstAttempt: Bool = TableLoader.isFirstAttempt
    ) throws {
        self.warehouse = warehouse
        self.input = input
        self.output = output
        self.limits = limits
        let ids = RawIDSource()
        ledger = input.resumePoint.map { CommitLedger(warehouse, $0, ids) }
        let tables = Self.tables(of: catalog, in: warehouse)
        for stream in catalog.streams {
            guard let table = tables[stream.descriptor] else { continue }
            streams[stream.descriptor] = try LoadedStream(
                stream, final: table, isFirstAttempt: isFirstAttempt, ledger, ids, in: warehouse)
        }
    }

    /// Whether the platform says that this is its job's first attempt; one that says nothing may be at a later one.
    package static var isFirstAttempt: Bool { getenv("WORKER_JOB_ATTEMPT").map { String(cString: $0) } == "0" }

    package func run() throws {
        var isAtEnd = false
        while !isAtEnd {
            switch try input.next(waiting: isWaiting ? limits.idleMilliseconds : nil) {
            case .record(let record):
                try stream(of: record).take(record, in: input.line)
                rows += 1
                bytes += input.line.count
            case .rows(let block, let body):
                guard let stream = streams[block.stream] else { throw unknown(block.stream) }
                try stream.take(block, body)
                rows += block.rows
                bytes += block.bytes
                blocks += 1
            case .state:
                states.append(Array(input.line))
                ledger?.note(input.line)
                bytes += input.line.count
            case .status(let descriptor, let status): try note(status, of: descriptor)
            case .idle: try commit()
            case .end: isAtEnd = true
            }
            try commitIfDue()
        }
        try commit()
        for stream in streams.values { try finish(stream) }
    }

    private var isWaiting: Bool { rows > 0 || !states.isEmpty }

    private func commitIfDue() throws {
        guard isWaiting else { return }
        if rows >= limits.rows || bytes >= limits.bytes { return try commit() }
        // The clock costs more than a row.
        guard rows & 1023 == 0 || blocks > 0 || !states.isEmpty else { return }
        let now = ContinuousClock.now
        guard let firstWaiting else {
            self.firstWaiting = now
            return
        }
        if now - firstWaiting >= limits.age { try commit() }
    }

    private func commit() throws {
        let notes = ledger?.takeStatements() ?? []
        if rows > 0 || !notes.isEmpty { try warehouse.commit(notes) }
        for state in states { try output.echo(state) }
        if !states.isEmpty { try output.flush() }
        states.removeAll(keepingCapacity: true)
        rows = 0
        bytes = 0
        blocks = 0
        firstWaiting = nil
    }

    private func note(_ status: StreamOutput.Status, of descriptor: StreamDescriptor) throws {
        guard let stream = streams[descriptor] else { return }
        stream.note(status)
        guard status == .complete else { return }
        switch stream.replacement {
        case .never: try warehouse.finish(stream.final)
        case .whenComplete:
            try commit()
            try stream.replace(in: warehouse)
        case .atEnd: break
        }
    }

    private func finish(_ stream: LoadedStream) throws {
        switch stream.replacement {
        case .atEnd where stream.status != .incomplete: try stream.replace(in: warehouse)
        case .whenComplete where stream.status != .complete, .atEnd:
            try output.log(
                .warn,
                """
                Stream \(stream.stream.descriptor) was not completed, so its table keeps the old rows; the new ones \
                wait in \(stream.temporary.name).
                """)
        case .never: try warehouse.finish(stream.final)
        case .whenComplete: break
        }
    }

    private func stream(of record: MessageScanner.Record) throws -> LoadedStream {
        let line = input.line
        let name = record.stream.slice(of: line)
        let namespace = record.namespace?.slice(of: line) ?? UnsafeBufferPointer(start: nil, count: 0)
        if let last, name.elementsEqual(last.name), namespace.elementsEqual(last.namespace) { return last.stream }
        let descriptor = input.stream(of: record)
        guard let stream = streams[descriptor] else { throw unknown(descriptor) }
        last = (Array(name), Array(namespace), stream)
        return stream
    }

    private func unknown(_ stream: StreamDescriptor) -> ConnectorError {
        ConnectorError(.system, "A record came for stream \(stream), which is not in the catalog.")
    }

    /// A table for each stream, no two the same.
    private static func tables(
        of catalog: ConfiguredCatalog, in warehouse: any Warehouse
    ) -> [StreamDescriptor: TableName] {
        let rules = warehouse.identifiers
        let places = catalog.streams.map { ($0.descriptor, warehouse.place(of: $0.descriptor)) }
        let schemas = Set(places.compactMap { $0.1.schema }).sorted()
        let schemaNames = Dictionary(
            uniqueKeysWithValues: zip(schemas, rules.assign(schemas.map { ($0, $0) })))
        var tables: [StreamDescriptor: TableName] = [:]
        for (schema, group) in Dictionary(grouping: places, by: { $0.1.schema }) {
            let names = rules.assign(group.map { (id: "\($0.0)", name: $0.1.name) })
            for (place, name) in zip(group, names) {
                tables[place.0] = TableName(schema: schema.map { schemaNames[$0] ?? $0 }, name: name)
            }
        }
        return tables
    }
}
