import Postgres
import Time

/// The transaction whose changes are coming in.
struct Transaction {
    let id: UInt32
    /// Where in the log it committed.
    let commit: PostgresLSN
    /// Tells transactions of one read apart.
    let serial: Int
    /// What closes the record of a row that stands, behind its place in the log.
    let standing: [UInt8]
    /// The same for a deleted one.
    let deleted: [UInt8]

    init(_ reader: inout WireReader, serial: Int) throws {
        commit = PostgresLSN(try reader.uint64())
        let time = Instant(microseconds: try reader.int64() &+ PostgresReplication.epoch).iso8601
        id = try reader.uint32()
        self.serial = serial
        standing = Self.close(time, isDeleted: false)
        deleted = Self.close(time, isDeleted: true)
    }

    static func close(_ time: String, isDeleted: Bool) -> [UInt8] {
        let end = isDeleted ? "\"\(time)\"" : "null"
        return Array(#","\#(CaptureField.updatedAt)":"\#(time)","\#(CaptureField.deletedAt)":\#(end)}"#.utf8)
    }
}
