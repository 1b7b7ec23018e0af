import Airbyte
import ConnectorKit

/// What the configuration asks of the tables.
struct PostgresTableOptions {
    /// Where the tables of streams without a namespace go.
    let schema: String
    let rawSchema: String
    let style: TableStyle
    /// Whether what stands in the way of a table's change, such as a view, is dropped.
    let dropsDependents: Bool

    init(_ configuration: Configuration) throws {
        func name(_ key: String, _ standard: String) throws -> String {
            try configuration.string(key).flatMap { $0.isEmpty ? nil : $0 } ?? standard
        }
        schema = try name("schema", "public")
        rawSchema = try name("raw_data_schema", "airbyte_internal")
        dropsDependents = try configuration.boolean("drop_cascade") ?? false
        // Asked for or not, numbers are unconstrained: a bound would round them.
        _ = try configuration.boolean("unconstrained_number")
        var style = TableStyle()
        style.isRaw = try configuration.boolean("disable_type_dedupe") ?? false
        switch try name("cdc_deletion_mode", "Hard delete") {
        case "Hard delete": break
        case "Soft delete": style.keepsDeleted = true
        default:
            throw ConnectorError(
                .config, "The configuration's \"cdc_deletion_mode\" must be \"Hard delete\" or \"Soft delete\".")
        }
        self.style = style
    }

    /// Where a stream's table is to be.
    func place(of stream: StreamDescriptor) -> TableName {
        let namespace = stream.namespace.flatMap { $0.isEmpty ? nil : $0 } ?? schema
        guard style.isRaw else { return TableName(schema: namespace, name: stream.name) }
        let underscores = max(1, Self.longestRun(namespace), Self.longestRun(stream.name)) + 1
        let separator = String(repeating: "_", count: underscores)
        return TableName(schema: rawSchema, name: "\(namespace)_raw\(separator)stream_\(stream.name)")
    }

    /// The tables of two streams could else have the same name.
    private static func longestRun(_ text: String) -> Int {
        text.split { $0 != "_" }.map(\.count).max() ?? 0
    }
}
