import JSON

/// What must hold of a record for it to go on.
package indirect enum RowCondition: Sendable, Hashable {
    /// The field's text is this one. A field that is missing or null equals nothing.
    case equal(field: String, text: String)
    /// None of them holds.
    case not([RowCondition])
    case and([RowCondition])
    case or([RowCondition])

    /// The fields that it looks at, each once.
    package var fields: [String] {
        switch self {
        case .equal(let field, _): return [field]
        case .not(let parts), .and(let parts), .or(let parts):
            var seen: Set<String> = []
            return parts.flatMap(\.fields).filter { seen.insert($0).inserted }
        }
    }

    init(_ config: MapperConfig) throws(MapperError) {
        let type: ConditionType = try config.word("type")
        switch type {
        case .equal:
            guard let text = try config.member("comparisonValue").stringValue else {
                throw config.invalid("needs comparisonValue as a text.")
            }
            self = .equal(field: try config.text("fieldName"), text: text)
        case .not: self = .not(try Self.parts(of: config))
        case .and: self = .and(try Self.parts(of: config))
        case .or: self = .or(try Self.parts(of: config))
        }
    }

    private enum ConditionType: String, CaseIterable {
        case equal = "EQUAL"
        case not = "NOT"
        case and = "AND"
        case or = "OR"
    }

    private static func parts(of config: MapperConfig) throws(MapperError) -> [RowCondition] {
        guard let parts = try config.member("conditions").arrayValue, !parts.isEmpty else {
            throw config.invalid("needs conditions as a list that is not empty.")
        }
        var conditions: [RowCondition] = []
        for part in parts { conditions.append(try RowCondition(MapperConfig(name: config.name, json: part))) }
        return conditions
    }
}
