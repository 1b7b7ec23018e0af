import ConnectorKit
import Postgres

/// Writes rows in a form of COPY's.
protocol PostgresRowEncoder {
    var format: PostgresCopyIn.Format { get }

    /// - Parameter sequence: a last column, for staging tables.
    mutating func append(
        _ row: borrowing TypedRow, _ ids: RawIDSource, sequence: Int64?, to bytes: inout [UInt8])
}
