package import Airbyte
import JSON

/// The columns of one stream's typed table and the parts they play.
package struct TableSchema: Sendable {
    package static let rawID = "_airbyte_raw_id"
    package static let extractedAt = "_airbyte_extracted_at"
    package static let meta = "_airbyte_meta"
    package static let generationID = "_airbyte_generation_id"

    /// What every typed table has in front of the stream's own columns.
    package static let ownColumns = [
        TableColumn(name: rawID, field: "", type: .string),
        TableColumn(name: extractedAt, field: "", type: .timestampWithTimezone),
        TableColumn(name: meta, field: "", type: .json),
        TableColumn(name: generationID, field: "", type: .integer),
    ]

    /// What raw tables have instead of the stream's columns. Nothing loads records from them any further.
    private static let rawColumns = [
        TableColumn(name: "_airbyte_data", field: "_airbyte_data", type: .json),
        TableColumn(name: "_airbyte_loaded_at", field: "_airbyte_loaded_at", type: .timestampWithTimezone),
    ]

    /// Kept free for what a destination needs of its own while it loads.
    package static let sequence = "_swiftlet_seq"

    /// The stream's own columns, without those of `ownColumns`.
    package private(set) var columns: [TableColumn]
    /// Positions in `columns`; empty unless rows are deduplicated.
    package let primaryKey: [Int]
    /// What tells the newer of two rows with one key, before the time of extraction does.
    package let cursor: Int?
    /// Non-null in a record that says its row was deleted at the source; nil where such rows stay.
    package let deletedAt: Int?

    /// Whether the first column holds whole records.
    package let isRaw: Bool

    package var allColumns: [TableColumn] { Self.ownColumns + columns }
    package var isDeduplicated: Bool { !primaryKey.isEmpty }

    package init(_ stream: ConfiguredStream, _ rules: IdentifierRules, _ style: TableStyle = TableStyle()) throws {
        isRaw = style.isRaw
        guard !style.isRaw else {
            columns = Self.rawColumns
            (primaryKey, cursor, deletedAt) = ([], nil, nil)
            return
        }
        let properties = stream.stream.jsonSchema["properties"]?.objectValue ?? [:]
        let fields = properties.keys
        let names = rules.assign(
            fields.map { ($0, $0) }, reserved: Self.ownColumns.map(\.name) + [Self.sequence] + rules.systemColumns)
        columns = zip(fields, names).map { field, name in
            TableColumn(name: name, field: field, type: ColumnType(schema: properties[field] ?? [:]))
        }
        let deduplicates = stream.destinationSyncMode.isDedup
        func position(_ path: [String], _ role: String) throws -> Int {
            guard path.count == 1, let index = fields.firstIndex(where: path[0].hasSameBytes) else {
                throw ConnectorError(
                    .config,
                    """
                    The \(role) \(path.joined(separator: ".")) of stream \(stream.descriptor) is not a top-level field \
                    of its schema; choose another one or another sync mode.
                    """, stream: stream.descriptor)
            }
            return index
        }
        primaryKey = deduplicates ? try stream.effectivePrimaryKey.map { try position($0, "primary key") } : []
        guard !deduplicates || !primaryKey.isEmpty else {
            throw ConnectorError(
                .config, "Stream \(stream.descriptor) is to be deduplicated but has no primary key; choose one.",
                stream: stream.descriptor)
        }
        let path = deduplicates && stream.syncMode == .incremental ? stream.effectiveCursor : nil
        cursor = try path.map { try position($0, "cursor") }
        deletedAt = deduplicates && !style.keepsDeleted ? fields.firstIndex(of: "_ab_cdc_deleted_at") : nil
    }

    /// What must happen to a table that has the columns of `existing` before it can take these rows. Columns that are
    /// already wider than the schema asks keep their type, and this schema takes it over.
    package mutating func adapt(to existing: [String: ColumnType]) -> (missing: [TableColumn], widened: [TableColumn]) {
        var missing = Self.ownColumns.filter { existing[$0.name] == nil }
        var widened: [TableColumn] = []
        for index in columns.indices {
            guard let present = existing[columns[index].name] else {
                missing.append(columns[index])
                continue
            }
            columns[index].type = present.widened(to: columns[index].type)
            if columns[index].type != present { widened.append(columns[index]) }
        }
        return (missing, widened)
    }
}
