import Postgres
import SQL

/// A table as the server describes it before the first change of it, and again after it was altered: as it was when the
/// changes that follow were made.
struct Relation {
    struct Column {
        let name: String
        /// Whether it is a part of what old rows are known by.
        let isIdentity: Bool
        let type: UInt32
    }

    let id: UInt32
    let schema: String
    let name: String
    /// Whether changes bring whole old rows.
    let isWhole: Bool
    let columns: [Column]

    init(_ reader: inout WireReader) throws {
        id = try reader.uint32()
        let schema = try reader.text()
        self.schema = schema.isEmpty ? "pg_catalog" : schema
        name = try reader.text()
        isWhole = try reader.byte() == UInt8(ascii: "f")
        var columns: [Column] = []
        for _ in 0..<(try reader.uint16()) {
            let flags = try reader.byte()
            let name = try reader.text()
            let type = try reader.uint32()
            // The type's modifier.
            try reader.skip(4)
            columns.append(Column(name: name, isIdentity: flags & 1 != 0, type: type))
        }
        self.columns = columns
    }
}
