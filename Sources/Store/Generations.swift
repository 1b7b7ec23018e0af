package import Airbyte
package import Model
package import SQL

extension Session {
    /// The current generation of each stream that ever had one.
    package func generations(of connection: ConnectionID) throws -> [StreamDescriptor: Int64] {
        let rows = try rows(
            "SELECT stream_name, namespace, generation FROM stream_generation WHERE connection_id = \(connection)")
        return Dictionary(
            try rows.map { row in
                let namespace: String = try row.get("namespace")
                let stream = StreamDescriptor(
                    name: try row.get("stream_name"), namespace: namespace.isEmpty ? nil : namespace)
                return (stream, try row.get("generation", as: Int64.self))
            }, uniquingKeysWith: max)
    }

    /// Starts a new generation of each of the streams.
    package func bumpGenerations(of connection: ConnectionID, streams: [StreamDescriptor], job: JobID) throws {
        for stream in streams {
            try run(
                """
                INSERT INTO stream_generation (connection_id, stream_name, namespace, generation, job_id)
                VALUES (\(connection), \(stream.name), \(stream.namespace ?? ""), 1, \(job))
                ON CONFLICT (connection_id, stream_name, namespace)
                DO UPDATE SET generation = stream_generation.generation + 1, job_id = excluded.job_id
                """)
        }
    }
}
