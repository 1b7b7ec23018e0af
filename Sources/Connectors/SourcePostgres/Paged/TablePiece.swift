import ConnectorKit

/// A table that holds rows: itself, or a partition of the table it belongs to.
struct TablePiece {
    let id: UInt32
    let table: TableName
    let rowsPerPage: Int
    /// A condition on its rows, as a publication may have.
    let filter: String?

    init(id: UInt32, table: TableName, rows: Double, pages: Int, filter: String? = nil) {
        self.id = id
        self.table = table
        // What the server has not counted yet is guessed.
        rowsPerPage = rows >= 1 && pages > 0 ? max(1, Int(min(rows, 1e15)) / pages) : 100
        self.filter = filter
    }
}
