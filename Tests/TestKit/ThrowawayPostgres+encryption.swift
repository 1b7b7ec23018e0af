import Postgres
import SQL

extension ThrowawayPostgres {
    /// Makes the server speak TLS, and gives it users: `encrypted` may only come with it, `certified` only with a
    /// certificate of that name, `plain` only without.
    package func encrypt(with pair: Certificates.Pair, authority: String) async throws {
        let rules = """
            hostssl all certified 127.0.0.1/32 cert
            host all certified 127.0.0.1/32 reject
            hostnossl all encrypted 127.0.0.1/32 reject
            hostssl all plain 127.0.0.1/32 reject
            host all all 127.0.0.1/32 scram-sha-256
            """
        try await blocking { [url = url(), password] in
            let connection = try PostgresConnection(.patient(url))
            defer { connection.close() }
            // The server writes the files, for they must be its own.
            for (file, text) in [
                ("server.crt", pair.certificate), ("server.key", pair.key), ("authority.crt", authority),
                ("pg_hba.conf", rules),
            ] {
                try connection.execute(
                    script: """
                        COPY (SELECT unnest(string_to_array('\(text)', E'\\n')))
                        TO PROGRAM 'umask 077; cat >\(file)'
                        """)
            }
            for name in ["encrypted", "certified", "plain"] {
                try connection.execute(script: "CREATE USER \(name) SUPERUSER PASSWORD '\(password)'")
            }
            try connection.execute(script: "ALTER SYSTEM SET ssl_ca_file = 'authority.crt'")
            try connection.execute(script: "ALTER SYSTEM SET ssl = on")
        }
        try await restart()
    }
}
