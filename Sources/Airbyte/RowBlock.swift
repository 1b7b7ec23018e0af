package import JSON

/// The line that announces rows in a database's own binary form, which follow it byte for byte. Only between two native
/// connectors that both know it; no part of Airbyte's protocol (docs/decisions/0016-row-blocks.md).
package struct RowBlock: Sendable, Equatable {
    /// Tells a connector that it may send or is sent such blocks, and of which form.
    package static let variable = "SWIFTLET_ROW_BLOCKS"
    /// The member of a connector's specification that lists the forms it knows: `[{"form": …, "unless": {…}}]`.
    package static let specificationMember = "swiftletRowBlocks"
    /// Tuples as Postgres' binary COPY has them, without header and trailer. The columns have the types that
    /// destination-postgres declares for the stream's schema.
    package static let postgres = "postgres-copy-1"

    package var stream: StreamDescriptor
    /// In the order of a row's fields.
    package var columns: [String]
    package var rows: Int
    /// How many bytes follow the line.
    package var bytes: Int
    /// Milliseconds since the epoch.
    package var emittedAt: Int64
    /// For some 140,000 years, so that microseconds can be counted too.
    private static let times: ClosedRange<Int64> = 0...(1 << 52)

    package init(stream: StreamDescriptor, columns: [String], rows: Int, bytes: Int, emittedAt: Int64) {
        self.stream = stream
        self.columns = columns
        self.rows = rows
        self.bytes = bytes
        self.emittedAt = emittedAt
    }

    /// Nil where the line is no such message, or says what cannot be.
    package init?(_ line: UnsafeBufferPointer<UInt8>) {
        guard let message = try? JSON.parse(line), message["type"]?.stringValue == "ROWS", let body = message["rows"],
            let name = body["stream"]?.stringValue, let columns = body["columns"]?.arrayValue,
            let rows = body["count"]?.intValue, let bytes = body["bytes"]?.intValue,
            let emittedAt = body["emitted_at"]?.intValue, bytes >= 0,
            // A row begins with how many fields it has.
            0...bytes / 2 ~= rows, Self.times ~= Int64(emittedAt)
        else { return nil }
        self.init(
            stream: StreamDescriptor(name: name, namespace: body["namespace"]?.stringValue),
            columns: columns.compactMap(\.stringValue), rows: rows, bytes: bytes, emittedAt: Int64(emittedAt))
        guard self.columns.count == columns.count else { return nil }
    }

    /// Without a line feed.
    package var json: JSON {
        var body: JSON = ["stream": .string(stream.name)]
        if let namespace = stream.namespace { body["namespace"] = .string(namespace) }
        body["columns"] = .array(columns.map(JSON.string))
        body["count"] = .integer(rows)
        body["bytes"] = .integer(bytes)
        body["emitted_at"] = .integer(Int(emittedAt))
        return ["type": "ROWS", "rows": body]
    }
}
