import Airbyte
import JSON

/// One stream on its way into its typed table.
final class LoadedStream {
    /// When the table filled now takes the place of the final one.
    enum Replacement {
        /// It is the final one.
        case never
        /// Once the stream is told to be complete.
        case whenComplete
        /// At the end of an input that said nothing against it, for platforms that know no generations.
        case atEnd
    }

    let stream: ConfiguredStream
    let final: TableName
    let temporary: TableName
    let replacement: Replacement
    private(set) var status: StreamOutput.Status?
    private var coercer: RowCoercer
    private let sink: any RowSink
    private var isReplaced = false

    /// Gets the tables ready. A job's first attempt goes on with nothing that is there: generations are counted per
    /// connection, so another one, long deleted, may have left the same number.
    ///
    /// - Parameter ledger: remembers what is committed; nil where the platform keeps no place to resume at.
    init(
        _ stream: ConfiguredStream, final: TableName, isFirstAttempt: Bool, _ ledger: CommitLedger?, _ ids: RawIDSource,
        in warehouse: any Warehouse
    ) throws {
        self.stream = stream
        self.final = final
        temporary = warehouse.identifiers.temporary(of: final)
        var schema = try TableSchema(stream, warehouse.identifiers, warehouse.style)
        replacement = try Self.replacement(
            of: stream, final, temporary, isFirstAttempt: isFirstAttempt, in: warehouse)
        let target = replacement == .never ? final : temporary
        if try warehouse.exists(target) {
            let existing = try warehouse.columns(of: target, wanted: schema.allColumns)
            let (missing, widened) = schema.adapt(to: existing)
            if !missing.isEmpty || !widened.isEmpty {
                try warehouse.reshape(target, adding: missing, widening: widened)
            }
            try warehouse.relax(target, schema)
        } else {
            try warehouse.create(target, schema.allColumns)
        }
        if schema.isDeduplicated {
            try warehouse.prepareKeys(of: target, schema)
        } else if replacement != .atEnd {
            // Rows that are merged may come twice.
            try ledger?.begin(stream.descriptor, in: target)
        }
        coercer = RowCoercer(schema, stream, takesInfinity: warehouse.takesInfinity)
        sink = try warehouse.sink(into: target, schema, ids)
    }

    func take(_ record: MessageScanner.Record, in line: UnsafeBufferPointer<UInt8>) throws {
        guard !isReplaced else { throw comesLate }
        coercer.read(record, in: line)
        try sink.take(TypedRow(extractedAt: record.emittedAt, generation: stream.generationID, values: coercer))
    }

    /// Takes rows that come in a form of the database's own.
    func take(_ block: RowBlock, _ body: UnsafeRawBufferPointer) throws {
        guard !isReplaced else { throw comesLate }
        guard let sink = sink as? any RowBlockSink else {
            throw ConnectorError(.system, "Rows came in blocks, which this destination does not take.")
        }
        try sink.take(block, body, generation: stream.generationID, meta: coercer.metaOfUnchanged)
    }

    func note(_ status: StreamOutput.Status) { self.status = status }

    private var comesLate: ConnectorError {
        ConnectorError(
            .system, "A record of stream \(stream.descriptor) came after the stream was said to be complete.")
    }

    /// Lets the new table take the place of the old one; everything must have been committed.
    func replace(in warehouse: any Warehouse) throws {
        guard !isReplaced else { return }
        try warehouse.finish(temporary)
        try warehouse.replace(final, with: temporary)
        isReplaced = true
    }

    /// Decides by the generations (protocol.md 3.6 and 9.4) where rows go, and removes a temporary table of an attempt
    /// that is not being continued.
    private static func replacement(
        of stream: ConfiguredStream, _ final: TableName, _ temporary: TableName, isFirstAttempt: Bool,
        in warehouse: any Warehouse
    ) throws -> Replacement {
        let hasLeftover = try warehouse.exists(temporary)
        guard let generation = stream.generationID, let minimum = stream.minimumGenerationID else {
            if hasLeftover { try warehouse.drop(temporary) }
            return stream.destinationSyncMode.isOverwrite ? .atEnd : .never
        }
        if minimum == 0 {
            if hasLeftover { try warehouse.drop(temporary) }
            return .never
        }
        guard minimum == generation else {
            throw ConnectorError(
                .config,
                """
                Stream \(stream.descriptor) has the generation \(generation) and the minimum generation \(minimum); \
                the minimum must be 0 or the generation itself.
                """, stream: stream.descriptor)
        }
        if hasLeftover {
            if try !isFirstAttempt && warehouse.someGeneration(in: temporary) == generation { return .whenComplete }
            try warehouse.drop(temporary)
        }
        // An attempt of this generation that was replaced already goes on in the final table: its source may go on
        // from a state and send only what is new.
        let isReplaced =
            try !isFirstAttempt && warehouse.exists(final) && warehouse.someGeneration(in: final) == generation
        return isReplaced ? .never : .whenComplete
    }
}
