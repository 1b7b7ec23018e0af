import Airbyte
import ConnectorKit
import JSON

/// How the rows of a stream are asked for and sent: in blocks where those are wanted and say the same, else as records.
struct RowForm: Sendable {
    /// A field that all rows have alike.
    struct Constant: Sendable {
        let name: String
        let value: JSON
        let type: ColumnType
    }

    let columns: [SourceColumn]
    let constants: [Constant]
    let isInBlocks: Bool

    init(_ columns: [SourceColumn], constants: [Constant] = [], of stream: ConfiguredStream) {
        self.columns = columns
        self.constants = constants
        isInBlocks =
            RowBlock.isOffered(RowBlock.postgres) && stream.canBeSent(inBlocksOf: columns, constants: constants)
    }

    /// The fields of a row that comes in a block.
    var names: [String] { columns.map(\.name) + constants.map(\.name) }

    /// What SELECT asks for.
    var list: [String] {
        isInBlocks
            ? columns.compactMap(\.binaryExpression) + constants.map(\.expression)
            : columns.map(\.expression)
    }

    /// What ends a record, behind its columns.
    var closing: [UInt8] {
        var bytes: [UInt8] = []
        for (index, constant) in constants.enumerated() {
            let lead = index == 0 && columns.isEmpty ? "" : ","
            bytes += "\(lead)\(JSON.string(constant.name).text):\(constant.value.text)".utf8
        }
        return bytes + [UInt8(ascii: "}")]
    }
}

extension RowForm.Constant {
    fileprivate var expression: String {
        let value = value.isNull ? "NULL" : literal(value.stringValue ?? value.text)
        return "\(value)::\(type == .number ? "numeric" : "text")"
    }
}

extension ConfiguredStream {
    /// Whether rows need not be records: the destination declares the columns as these are, and no row can lack a key
    /// that the platform would look for.
    fileprivate func canBeSent(inBlocksOf columns: [SourceColumn], constants: [RowForm.Constant]) -> Bool {
        guard let properties = stream.jsonSchema["properties"]?.objectValue, !columns.isEmpty else { return false }
        func isDeclared(_ name: String, _ type: ColumnType) -> Bool {
            properties[name].map(ColumnType.init(schema:)) == type
        }
        return columns.allSatisfy { column in
            column.binaryExpression != nil && isDeclared(column.name, ColumnType(schema: column.schema))
        }
            && constants.allSatisfy { isDeclared($0.name, $0.type) }
            && effectivePrimaryKey.allSatisfy { path in
                columns.contains { path == [$0.name] && $0.isNotNull }
            }
    }
}
