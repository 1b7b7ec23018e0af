import Airbyte
import Postgres

extension SourceTable {
    /// What `discover` says of a table that can only be copied.
    var copiedStream: AirbyteStream {
        var stream = stream
        stream.supportedSyncModes = [.fullRefresh]
        return stream
    }

    /// What `discover` says where changes are found by the number of the transaction.
    func numberedStream(_ connection: PostgresConnection) throws -> AirbyteStream {
        guard try !TablePiece.pieces(of: self, connection).isEmpty else { return copiedStream }
        var stream = stream
        stream.sourceDefinedCursor = true
        return stream
    }
}
