import CJSONSchema

/// A rule that was broken, and where in schema and value.
struct SchemaFinding {
    let rule: cjsonschema_rule
    /// Which subschema.
    let place: Int
    let path: String
    let member: String

    init(_ violation: cjsonschema_violation) {
        rule = violation.rule
        place = Int(violation.place)
        path = SchemaFinding.text(violation.path, violation.path_length)
        member = SchemaFinding.text(violation.member, violation.member_length)
    }

    private static func text(_ start: UnsafePointer<CChar>?, _ count: Int) -> String {
        String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }
}
