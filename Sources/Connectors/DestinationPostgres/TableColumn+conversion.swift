import ConnectorKit

extension TableColumn {
    /// The SQL that turns a value of the wanted type into one of the table's, as if it had come in a record. `declared`
    /// is the type as the table declares it, where somebody else may have chosen it.
    func converted(to declared: String?) -> String {
        let name = quote(name)
        let value: String
        switch (wanted, type) {
        case (_, _) where wanted == type: value = name
        case (.string, .json), (.date, .json): value = "to_jsonb(\(name)::text)"
        case (_, .json) where isMoment: value = "to_jsonb(\(text))"
        case (_, .json): value = "to_jsonb(\(name))"
        case (_, .string): value = text
        default: value = "\(text)::\(type.declaration)"
        }
        return declared.map { "(\(value))::\($0)" } ?? value
    }

    private var isMoment: Bool {
        [.timestamp, .timestampWithTimezone, .time, .timeWithTimezone].contains(wanted)
    }

    /// As a record says it: times as ISO 8601 has them.
    private var text: String {
        let text = "\(quote(name))::text"
        guard isMoment else { return text }
        let moment = #"regexp_replace(regexp_replace(\#(text), ' ', 'T'), '\+00( BC)?$', 'Z\1')"#
        // Postgres leaves out the minutes of an offset that has none.
        return wanted == .timeWithTimezone ? #"regexp_replace(\#(moment), '([+-]\d\d)$', '\1:00')"# : moment
    }
}
