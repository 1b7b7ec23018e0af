import Airbyte
import ConnectorKit
import JSON
import Postgres

/// A table whose changes can be read: it is published and has a key.
struct CapturedTable {
    /// With its published columns only, so that a copy and a change hold the same.
    let table: SourceTable
    let published: Publication.Table

    /// Nil where only copies can be had.
    init?(_ table: SourceTable, _ publication: Publication) {
        guard let published = publication.tables[TableName(schema: table.schema, name: table.name)],
            !table.primaryKey.isEmpty, table.primaryKey.allSatisfy({ published.types[$0] != nil })
        else { return nil }
        var table = table
        table.columns.removeAll { published.types[$0.name] == nil }
        self.table = table
        self.published = published
    }

    /// What `discover` says of it.
    var stream: AirbyteStream {
        var stream = table.stream
        var properties = stream.jsonSchema["properties"]?.objectValue ?? JSONObject()
        properties[CaptureField.lsn] = ["type": "number"]
        properties[CaptureField.updatedAt] = ["type": "string"]
        properties[CaptureField.deletedAt] = ["type": "string"]
        stream.jsonSchema["properties"] = .object(properties)
        stream.sourceDefinedCursor = true
        stream.defaultCursorField = [CaptureField.lsn]
        return stream
    }
}

/// The fields that every captured record has beside the table's columns; named as Airbyte's own source does.
enum CaptureField {
    /// Grows with every change of a row, so that of two records with one key the later one is told.
    static let lsn = "_ab_cdc_lsn"
    static let updatedAt = "_ab_cdc_updated_at"
    static let deletedAt = "_ab_cdc_deleted_at"
}
