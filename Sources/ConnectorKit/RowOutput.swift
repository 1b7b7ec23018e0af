/// Where a source puts the rows of a stream.
package protocol RowOutput: AnyObject {
    /// Takes a record whose data `write` appends as one JSON object; when it throws, nothing is taken.
    func record(_ write: (inout [UInt8]) throws -> Void) throws
    /// Takes rows in a database's own form, which the destination must have said it knows.
    func rows(_ count: Int, columns: [String], _ body: [UInt8]) throws
}
