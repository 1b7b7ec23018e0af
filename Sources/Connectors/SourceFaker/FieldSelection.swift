import Airbyte
import JSON

/// Which fields of a stream are asked for.
struct FieldSelection {
    /// Nil: all of them.
    private let fields: JSONObject?

    /// A catalog that names no fields means all.
    init(_ stream: ConfiguredStream, of faked: FakedStream) {
        let wanted = stream.stream.jsonSchema["properties"]?.objectValue ?? [:]
        let all = faked.stream.jsonSchema["properties"]?.objectValue?.keys ?? []
        fields = wanted.isEmpty || all.allSatisfy { wanted[$0] != nil } ? nil : wanted
    }

    func write(_ stream: FakedStream, _ row: FakedRow, into out: inout [UInt8]) throws {
        guard let fields else { return stream.write(row, into: &out) }
        var whole: [UInt8] = []
        stream.write(row, into: &whole)
        let members = try JSON.parse(whole).objectValue ?? [:]
        let selected = members.filter { fields[$0.key] != nil }.map { ($0.key, $0.value) }
        JSON.object(JSONObject(selected)).write(into: &out)
    }
}
