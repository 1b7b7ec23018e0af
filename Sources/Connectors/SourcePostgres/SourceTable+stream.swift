import Airbyte
import JSON
import Postgres

extension SourceTable {
    /// The columns that the stream asks for.
    func selected(by stream: ConfiguredStream) -> [SourceColumn] {
        let properties = stream.stream.jsonSchema["properties"]?.objectValue
        return columns.filter { properties?[$0.name] != nil }
    }

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
