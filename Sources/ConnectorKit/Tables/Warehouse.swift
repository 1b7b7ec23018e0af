package import Airbyte
package import SQL

/// A database that keeps typed tables; used by one thread.
///
/// Every function that changes something commits it before it returns, except what sinks take in: that is committed
/// by `commit`.
package protocol Warehouse: AnyObject {
    var identifiers: IdentifierRules { get }

    /// Whether a column of numbers can hold the infinities.
    var takesInfinity: Bool { get }

    var style: TableStyle { get }

    /// Where the stream's table is to be, before its name is made fit.
    func place(of stream: StreamDescriptor) -> TableName

    func exists(_ table: TableName) throws -> Bool

    /// The types by name of the columns of a table that exists. A type that stands for several is taken for the one
    /// that is wanted of the column. Throws where a wanted column has a type that no typed table has.
    func columns(of table: TableName, wanted: [TableColumn]) throws -> [String: ColumnType]

    /// Makes the table, and the schema it is to be in.
    func create(_ table: TableName, _ columns: [TableColumn]) throws

    /// Adds columns and gives others a wider type, keeping every row and every value.
    func reshape(_ table: TableName, adding missing: [TableColumn], widening widened: [TableColumn]) throws

    /// Lets a table that exists take these rows: its columns be NULL where a row may leave them so, and keys be there twice
    /// that are none of this stream.
    func relax(_ table: TableName, _ schema: TableSchema) throws

    /// Makes the table fit for finding rows by their key, and removes all but the newest row of each key the first time.
    /// A table without rows may wait for `finish`.
    func prepareKeys(of table: TableName, _ schema: TableSchema) throws

    /// The generation of some one row; nil where there is no row, or one without. Rows of two generations are in one
    /// table only when none of them was to be replaced.
    func someGeneration(in table: TableName) throws -> Int64?

    func drop(_ table: TableName) throws

    /// Lets `temporary` take the place of `table`, if there is one, at one stroke.
    func replace(_ table: TableName, with temporary: TableName) throws

    /// - Parameter ids: shared by all tables, so that it counts all rows.
    func sink(into table: TableName, _ schema: TableSchema, _ ids: RawIDSource) throws -> any RowSink

    /// Does what had better wait until all rows of a table are in it, and commits what its sink has taken in before. More
    /// rows may come nevertheless.
    func finish(_ table: TableName) throws

    /// Where the kit remembers what was committed.
    var ledger: TableName { get }

    /// What a comparison of texts has behind it, to go by bytes.
    var bytewise: String { get }

    /// Sees to it that no earlier run for the connection commits anything from now on. Throws where one cannot be ended.
    func shutOut(othersOf connection: String) throws

    func rows(_ query: Query) throws -> [Row]

    /// Commits what all sinks have taken in since the last time, and carries out the statements, as one transaction.
    func commit(_ statements: [Query]) throws
}

extension Warehouse {
    package var style: TableStyle { TableStyle() }

    /// Tables that were made by this kit need nothing.
    package func relax(_ table: TableName, _ schema: TableSchema) throws {}

    /// What a database does that lives in its user's process ends with that.
    package func shutOut(othersOf connection: String) throws {}

    /// Where nothing waits there is nothing to be done.
    package func finish(_ table: TableName) throws {}
}

/// Takes the rows of one table.
package protocol RowSink: AnyObject {
    /// Appends the row, or in a deduplicated table puts it in the place of an older one with its key. The row is good
    /// only during the call.
    func take(_ row: borrowing TypedRow) throws
}
