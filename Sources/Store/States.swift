package import Airbyte
import JSON
package import Model
package import SQL
package import Time

extension Session {
    package func state(of connection: ConnectionID) throws -> ConnectionState {
        let rows = try rows(
            """
            SELECT kind, stream_name, namespace, state FROM state WHERE connection_id = \(connection)
            ORDER BY namespace, stream_name
            """)
        var shared: JSON?
        var streams: [StreamState] = []
        var isGlobal = false
        for row in rows {
            let state: JSON = try row.coded("state")
            switch try row.get("kind", as: String.self) {
            case "legacy": return .legacy(state)
            case "global_shared":
                shared = state
                isGlobal = true
            case let kind:
                isGlobal = isGlobal || kind == "global_stream"
                let namespace: String = try row.get("namespace")
                let descriptor = StreamDescriptor(
                    name: try row.get("stream_name"), namespace: namespace.isEmpty ? nil : namespace)
                streams.append(StreamState(descriptor: descriptor, state: state))
            }
        }
        if isGlobal { return .global(shared: shared, streams) }
        return streams.isEmpty ? .empty : .stream(streams)
    }

    /// Saves what a destination acknowledged. `stream` replaces only the streams it names (a nil state forgets one);
    /// `global` and `legacy` replace everything (protocol.md 2.4).
    package func save(_ state: ConnectionState, of connection: ConnectionID, at time: Instant) throws {
        switch state {
        case .empty: break
        case .stream(let states):
            try run("DELETE FROM state WHERE connection_id = \(connection) AND kind <> 'stream'")
            for state in states { try put("stream", state, connection, time) }
        case .global(let shared, let states):
            try deleteState(of: connection)
            let nobody = StreamDescriptor(name: "")
            try put("global_shared", StreamState(descriptor: nobody, state: shared ?? .null), connection, time)
            for state in states { try put("global_stream", state, connection, time) }
        case .legacy(let data):
            try deleteState(of: connection)
            try put("legacy", StreamState(descriptor: StreamDescriptor(name: ""), state: data), connection, time)
        }
    }

    package func deleteState(of connection: ConnectionID) throws {
        try run("DELETE FROM state WHERE connection_id = \(connection)")
    }

    /// Forgets single streams; the shared part of a global state stays.
    package func deleteState(of connection: ConnectionID, streams: [StreamDescriptor]) throws {
        for stream in streams {
            try run(
                """
                DELETE FROM state WHERE connection_id = \(connection) AND stream_name = \(stream.name)
                                    AND namespace = \(stream.namespace ?? "") AND kind IN ('stream', 'global_stream')
                """)
        }
    }

    private func put(_ kind: String, _ state: StreamState, _ connection: ConnectionID, _ time: Instant) throws {
        guard let value = state.state else {
            try deleteState(of: connection, streams: [state.descriptor])
            return
        }
        try run(
            """
            INSERT INTO state (connection_id, kind, stream_name, namespace, state, updated_at)
            VALUES (\(connection), \(kind), \(state.descriptor.name), \(state.descriptor.namespace ?? ""),
                    \(value.text), \(time))
            ON CONFLICT (connection_id, kind, stream_name, namespace)
            DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at
            """)
    }
}
