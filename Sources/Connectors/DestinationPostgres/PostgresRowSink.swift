import Airbyte
import ConnectorKit
import Postgres
import SQL

/// Sends the rows of one table to the server, and settles which of them stay when the warehouse commits.
///
/// Rows that are only appended go straight into the table; so do the first rows of a deduplicated one, which gets its key
/// behind them. All others go into a staging table first, and are merged from there.
final class PostgresRowSink: RowBlockSink {
    let table: TableName
    /// Whether the table is deduplicated and has no key yet, since there was no row in it.
    private(set) var isFirstLoad: Bool
    private let schema: TableSchema
    private unowned let warehouse: PostgresWarehouse
    private let number: Int
    private let merge: PostgresMerge
    /// Where rows go; nil before the first one.
    private var place: Place?
    private var blocks: PostgresBlockLoader?
    private var buffer: [UInt8] = []
    /// In this batch.
    private var rows = 0
    private var hasDeletions = false
    private let ids: RawIDSource

    private struct Place {
        let name: String
        /// With its columns, as records come.
        let target: String
        let isStaging: Bool
        var encoder: any PostgresRowEncoder
        /// Nil where the table's key is not one that rows can be in conflict with.
        let others: [String]?
    }

    init(_ table: TableName, _ schema: TableSchema, number: Int, _ ids: RawIDSource, _ warehouse: PostgresWarehouse)
        throws
    {
        self.table = table
        self.ids = ids
        self.schema = schema
        self.warehouse = warehouse
        self.number = number
        merge = PostgresMerge(table, schema)
        isFirstLoad = try schema.isDeduplicated && !warehouse.hasKey(table, schema)
    }

    func take(_ row: borrowing TypedRow) throws {
        if place == nil { try open() }
        let isNumbered = place?.isStaging == true
        place?.encoder.append(row, ids, sequence: isNumbered ? Int64(rows) : nil, to: &buffer)
        if let deletedAt = schema.deletedAt, !hasDeletions {
            if case .null = row.values.cells[deletedAt] {} else { hasDeletions = true }
        }
        rows += 1
        if buffer.count >= Self.gathered { try send() }
    }

    func take(_ block: RowBlock, _ body: UnsafeRawBufferPointer, generation: Int64?, meta: [UInt8]) throws {
        if place == nil { try open() }
        guard let place else { return }
        try send()
        if blocks?.columns != block.columns {
            try blocks?.flush()
            try warehouse.batch.begin()
            blocks = try PostgresBlockLoader(
                block.columns, of: schema, into: place.name, ifExact: place.isStaging ? nil : table, number: number,
                ids, warehouse.connection, warehouse.batch)
        }
        try blocks?.load(
            block, body, generation: generation, meta: meta,
            firstSequence: place.isStaging ? Int64(rows) : nil)
        // They are not looked at.
        hasDeletions = hasDeletions || schema.deletedAt != nil
        rows += block.rows
    }

    /// Settles what was taken, in the open transaction.
    func flush() throws {
        guard rows > 0, let place else { return }
        try send()
        // Of many streams each would otherwise keep its memory.
        buffer = []
        try blocks?.flush()
        rows = 0
        if place.isStaging {
            try warehouse.batch.begin()
            try merge.run(place.name, number, resetting: place.others, on: warehouse.connection)
        } else if isFirstLoad, hasDeletions {
            // Deleted rows must not be seen.
            try warehouse.batch.begin()
            try endFirstLoad()
        }
        hasDeletions = false
    }

    /// Gives the table its key, in the open transaction; rows are merged from now on.
    func endFirstLoad() throws {
        let found = try warehouse.connection.rows(Query(trusted: "SELECT 1 FROM \(table.quoted) LIMIT 1"))
        guard isFirstLoad, !found.isEmpty else { return }
        try warehouse.buildKey(of: table, schema)
        try merge.prepare(number, on: warehouse.connection)
        try merge.removeDeleted(number, on: warehouse.connection)
        isFirstLoad = false
        place = nil
        blocks = nil
    }

    /// Finds out where rows go, and makes it. A staging table lives as long as the connection and is emptied by every
    /// commit.
    private func open() throws {
        try warehouse.batch.begin()
        let names = schema.allColumns.map { quote($0.name) }
        let declared = try warehouse.connection.declaredTypes(of: table)
        guard schema.isDeduplicated, !isFirstLoad else {
            let isExact = schema.allColumns.allSatisfy { declared[$0.name] == $0.type.declaration }
            place = Place(
                name: table.quoted, target: "\(table.quoted) (\(names.joined(separator: ", ")))", isStaging: false,
                encoder: isExact ? PostgresBinaryEncoder(schema) : PostgresTextEncoder(), others: nil)
            return
        }
        let name = "pg_temp.\(quote("swiftlet_staging_\(number)"))"
        let list = schema.allColumns.map(\.definition).joined(separator: ", ")
        let sequence = quote(TableSchema.sequence)
        try warehouse.connection.execute(
            script: "CREATE TEMPORARY TABLE \(name) (\(list), \(sequence) bigint) ON COMMIT DELETE ROWS")
        try merge.prepare(number, on: warehouse.connection)
        let known = Set(schema.allColumns.map(\.name))
        place = Place(
            name: name, target: "\(name) (\((names + [sequence]).joined(separator: ", ")))", isStaging: true,
            encoder: PostgresBinaryEncoder(schema),
            others: try warehouse.takesUniqueKey(table, schema)
                ? declared.keys.filter { !known.contains($0) }.sorted() : nil)
    }

    private func send() throws {
        guard !buffer.isEmpty, let place else { return }
        try warehouse.batch.copy(into: place.target, place.encoder.format).append(buffer)
        buffer.removeAll(keepingCapacity: true)
    }

    private static let gathered = 1 << 17
}
