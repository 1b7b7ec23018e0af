package import JSON

extension ThrowawayPostgres {
    /// The configuration for one of its databases that both of our Postgres connectors take.
    package func connectorConfiguration(_ url: String) -> JSON {
        let name = url.split(separator: "/").last.map(String.init) ?? ""
        return [
            "host": "127.0.0.1", "port": .integer(port), "database": .string(name), "username": .string(Self.user),
            "password": .string(password), "schema": "public", "schemas": ["public"], "ssl_mode": ["mode": "disable"],
        ]
    }
}
