import ConnectorKit

extension SourceColumn {
    /// The column as a binary COPY asks for it: of the type that destination-postgres declares for its schema, with the
    /// value that it would get from a record. Nil where only a record can say it.
    var binaryExpression: String? {
        let name = quote(name)
        switch form {
        case .boolean, .date, .time, .timeWithTimezone, .timestamp, .timestampWithTimezone: return name
        case .integer: return "\(name)::bigint"
        // By way of its text, since the cast rounds to fewer digits.
        case .number: return base == "numeric" ? name : "\(name)::text::numeric"
        case .money: return "\(name)::numeric"
        case .text: return textExpression
        case .bytes: return "translate(encode(\(name), 'base64'), E'\\n', '')"
        // json may hold NUL characters, which jsonb does not take; so may what has json inside.
        // A record's null is no value.
        case .json: return base == "jsonb" ? "nullif(\(name), 'null'::jsonb)" : nil
        case .array: return Self.plainItems.contains(base) ? "to_json(\(name))::jsonb" : nil
        case .composite: return nil
        }
    }

    /// The value's own text, of the type text.
    var textExpression: String {
        // A cast would take blanks from the end of a character(n), and add a mask to an inet.
        let castsChange = base == "character" || base == "inet"
        guard castsChange else { return "\(quote(name))::text" }
        return "CASE WHEN \(quote(name)) IS NOT NULL THEN array_to_string(ARRAY[\(quote(name))], '') END"
    }

    private static let plainItems: Set = [
        "boolean[]", "smallint[]", "integer[]", "bigint[]", "numeric[]", "real[]", "double precision[]", "text[]",
        "character varying[]", "uuid[]", "date[]", "timestamp without time zone[]", "timestamp with time zone[]",
    ]
}
