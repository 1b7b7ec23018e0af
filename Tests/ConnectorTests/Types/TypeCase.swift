import JSON

/// A type of a source, some of its values, and what is to become of each.
struct TypeCase: Sendable {
    /// A value on its way: how SQL writes it, and how a record and the tables of the destinations show it.
    struct Value: Sendable {
        let sql: String
        let json: String
        let postgres: String
        let sqlite: String

        /// A destination shows what the record does, without its quotes, where nothing else is said; SQLite what Postgres
        /// does.
        init(_ sql: String, _ json: String, postgres: String? = nil, sqlite: String? = nil) {
            self.sql = sql
            self.json = json
            let plain = (try? JSON.parse(json))?.stringValue ?? json
            self.postgres = postgres ?? plain
            self.sqlite = sqlite ?? postgres ?? plain
        }
    }

    let type: String
    let values: [Value]

    init(_ type: String, _ values: Value...) {
        self.type = type
        self.values = values
    }
}
