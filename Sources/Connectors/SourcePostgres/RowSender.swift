import ConnectorKit
import Postgres
import SQL

/// Sends the rows that queries choose, row by row, so that memory does not grow with them; used by one thread.
final class RowSender {
    private let form: RowForm
    private let output: any RowOutput
    /// Nil where the rows go as records.
    private let blocks: RowBlockWriter?
    private let writer: RowWriter

    init(_ form: RowForm, _ output: any RowOutput) {
        self.form = form
        self.output = output
        blocks = form.isInBlocks ? RowBlockWriter(form.names, output) : nil
        writer = RowWriter(form)
    }

    /// Sends the rows of `source`, which may be a table with conditions and an order. `before` sees the cursor of each
    /// one first; it is asked for beside the columns, for it need not be among them.
    func send(
        _ source: String, _ connection: PostgresConnection, cursor: SourceColumn? = nil,
        before: (UnsafeBufferPointer<UInt8>?) throws -> Void = { _ in }
    ) throws {
        var list = form.list
        if let cursor { list.append(blocks == nil ? quote(cursor.name) : cursor.textExpression) }
        let query = "SELECT \(list.joined(separator: ", ")) FROM \(source)"
        guard let blocks else {
            return try connection.stream(Query(trusted: query)) { row in
                if cursor != nil { try before(row[form.columns.count]) }
                try output.record { writer.write(row, into: &$0) }
            }
        }
        try connection.copyOut("COPY (\(query)) TO STDOUT (FORMAT binary)") { piece in
            try blocks.take(piece, hasCursor: cursor != nil, before: before)
        }
        try blocks.flush()
    }

    /// Sends what waits for a block to be full. To be called before a state is sent.
    func flush() throws { try blocks?.flush() }
}
