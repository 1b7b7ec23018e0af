import JSON
import SQL

/// Where a Postgres database is and how its connections behave. Printing it never shows the password.
package struct PostgresSettings: Sendable {
    package var hosts: [String] = []
    /// One for all hosts, or one per host.
    package var ports: [Int] = []
    package var database: String?
    package var user: String?
    package var password: String?
    /// Further connection parameters of libpq, such as `sslmode`.
    package var parameters: [String: String] = [:]
    /// Server settings for each connection, such as `search_path`.
    package var session: [String: String] = [:]
    package var applicationName = "swiftlet"
    package var connectTimeout: Duration = .seconds(10)
    /// Nothing, or zero, means without limit.
    package var statementTimeout: Duration? = .seconds(60)
    package var lockTimeout: Duration? = .seconds(10)
    package var idleInTransactionTimeout: Duration? = .seconds(60)
    /// How long sent bytes may stay unacknowledged before the server counts as dead.
    package var unacknowledgedTimeout: Duration = .seconds(15)
    /// How many statements a connection keeps prepared; zero keeps none, as a pooler between may need. Nil leaves it
    /// to the user: many for a `PostgresDatabase`, none for a connection of its own.
    package var preparedStatements: Int?
    /// Kept as long as the connection is, such as the tunnel that it goes through.
    package var companion: (any AnyObject & Sendable)?

    package init() {}

    /// What libpq is handed, as keywords and values: never as one string, which could show up in a message.
    var keywords: [(String, String)] {
        var found = parameters
        found["client_encoding"] = "UTF8"
        found["application_name"] = parameters["application_name"] ?? applicationName
        found["keepalives_idle"] = parameters["keepalives_idle"] ?? "10"
        found["keepalives_interval"] = parameters["keepalives_interval"] ?? "5"
        found["keepalives_count"] = parameters["keepalives_count"] ?? "3"
        found["tcp_user_timeout"] = parameters["tcp_user_timeout"] ?? String(unacknowledgedTimeout.milliseconds)
        // Kerberos is asked for by name; looking for tickets costs each connection time and memory.
        found["gssencmode"] = parameters["gssencmode"] ?? "disable"
        if !hosts.isEmpty { found["host"] = hosts.joined(separator: ",") }
        if !ports.isEmpty { found["port"] = ports.map(String.init).joined(separator: ",") }
        found["dbname"] = database
        found["user"] = user
        found["password"] = password
        return found.sorted { $0.key < $1.key }
    }

    /// The statement that every new connection runs first.
    var greeting: Query {
        var calls: [String] = []
        var values: [SQLValue] = []
        for (name, value) in greetings {
            values += [.text(name), .text(value)]
            calls.append("set_config($\(values.count - 1), $\(values.count), false)")
        }
        return Query(trusted: "SELECT " + calls.joined(separator: ", "), values)
    }

    /// The same without values.
    var greetingText: String {
        "SELECT "
            + greetings.map { "set_config(\(SQLText.literal($0.key)), \(SQLText.literal($0.value)), false)" }
            .joined(separator: ", ")
    }

    private var greetings: [(key: String, value: String)] {
        var settings = session
        settings["statement_timeout"] = String(statementTimeout?.milliseconds ?? 0)
        settings["lock_timeout"] = String(lockTimeout?.milliseconds ?? 0)
        settings["idle_in_transaction_session_timeout"] = String(idleInTransactionTimeout?.milliseconds ?? 0)
        settings["bytea_output"] = "hex"
        settings["DateStyle"] = "ISO"
        settings["IntervalStyle"] = "iso_8601"
        settings["TimeZone"] = settings["TimeZone"] ?? "UTC"
        settings["extra_float_digits"] = "1"
        return settings.sorted { $0.key < $1.key }
    }

    /// `text` with the password blotted out.
    func scrubbed(_ text: String) -> String {
        guard let password, !password.isEmpty else { return text }
        return text.replacing(bytesOf: password, with: "**********")
    }
}

extension PostgresSettings: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        "Postgres database \(database ?? "(default)") on \(hosts.isEmpty ? "this host" : hosts.joined(separator: ", "))"
    }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}

extension Duration {
    /// Whole milliseconds, never less than one: zero would mean "without limit".
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        return max(1, Int(clamping: seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}
