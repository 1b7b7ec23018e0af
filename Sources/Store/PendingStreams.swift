package import Airbyte
package import Model
package import SQL
package import Time

/// What waits for a connection's next job: streams to clear, and streams to read again (protocol.md 3.5).
extension Session {
    package func pendingResets(of connection: ConnectionID) throws -> [StreamDescriptor] {
        try rows(
            """
            SELECT stream_name, namespace FROM stream_reset WHERE connection_id = \(connection)
            ORDER BY namespace, stream_name
            """
        ).map { try StreamDescriptor($0) }
    }

    package func addResets(_ streams: [StreamDescriptor], to connection: ConnectionID, at time: Instant) throws {
        for stream in streams {
            try run(
                """
                INSERT INTO stream_reset (connection_id, stream_name, namespace, created_at)
                VALUES (\(connection), \(stream.name), \(stream.namespace ?? ""), \(time))
                ON CONFLICT (connection_id, stream_name, namespace) DO NOTHING
                """)
        }
    }

    /// An empty list stands for all.
    package func deleteResets(_ streams: [StreamDescriptor], of connection: ConnectionID) throws {
        guard !streams.isEmpty else {
            try run("DELETE FROM stream_reset WHERE connection_id = \(connection)")
            return
        }
        for stream in streams {
            try run(
                """
                DELETE FROM stream_reset WHERE connection_id = \(connection) AND stream_name = \(stream.name)
                                           AND namespace = \(stream.namespace ?? "")
                """)
        }
    }

    package func pendingRefreshes(of connection: ConnectionID) throws -> [StreamRefresh] {
        try rows(
            """
            SELECT stream_name, namespace, mode FROM stream_refresh WHERE connection_id = \(connection)
            ORDER BY namespace, stream_name
            """
        ).map { StreamRefresh(try StreamDescriptor($0), try $0.choice("mode")) }
    }

    /// A stream that waits to be truncated still does where it is only to be merged, too.
    package func addRefreshes(_ refreshes: [StreamRefresh], to connection: ConnectionID, at time: Instant) throws {
        for refresh in refreshes {
            try run(
                """
                INSERT INTO stream_refresh (connection_id, stream_name, namespace, mode, created_at)
                VALUES (\(connection), \(refresh.stream.name), \(refresh.stream.namespace ?? ""),
                        \(refresh.mode.rawValue), \(time))
                ON CONFLICT (connection_id, stream_name, namespace)
                DO UPDATE SET mode = CASE WHEN excluded.mode = 'TRUNCATE' THEN excluded.mode
                                          ELSE stream_refresh.mode END
                """)
        }
    }

    /// An empty list stands for all.
    package func deleteRefreshes(_ streams: [StreamDescriptor] = [], of connection: ConnectionID) throws {
        guard !streams.isEmpty else {
            try run("DELETE FROM stream_refresh WHERE connection_id = \(connection)")
            return
        }
        for stream in streams {
            try run(
                """
                DELETE FROM stream_refresh WHERE connection_id = \(connection) AND stream_name = \(stream.name)
                                             AND namespace = \(stream.namespace ?? "")
                """)
        }
    }
}

extension StreamDescriptor {
    /// From a row with `stream_name` and `namespace`, which is '' where there is none.
    fileprivate init(_ row: Row) throws {
        let namespace: String = try row.get("namespace")
        self.init(name: try row.get("stream_name"), namespace: namespace.isEmpty ? nil : namespace)
    }
}
