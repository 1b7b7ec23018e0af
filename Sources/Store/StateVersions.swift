package import Airbyte
import Crypto
import JSON
package import Model
package import SQL
package import Time

extension Session {
    /// As many versions of a connection's state are kept; the oldest go first.
    private static var mostVersions: Int64 { 50 }

    /// Records the state as it is now, unless the newest version holds the same. A connection that never had a state has
    /// no version either.
    package func recordState(
        of connection: ConnectionID, cause: StateVersion.Cause, job: JobID? = nil, at time: Instant
    ) throws {
        let bytes = (try state(of: connection).file ?? []).bytes
        let digest = SHA256(of: bytes).description
        let newest = try row(
            """
            SELECT number, digest FROM state_version WHERE connection_id = \(connection) ORDER BY number DESC LIMIT 1
            """)
        let last: Int64 = try newest?.get("number") ?? 0
        guard try newest.map({ try $0.get("digest") != digest }) ?? (bytes.count > 2) else { return }
        try run(
            """
            INSERT INTO state_version
                (connection_id, number, job_id, cause, digest, plain_size, created_at, compressed)
            VALUES (\(connection), \(last + 1), \(job), \(cause.rawValue), \(digest), \(bytes.count), \(time),
                    \(Deflate.compress(bytes)))
            """)
        try run(
            """
            DELETE FROM state_version
            WHERE connection_id = \(connection) AND number <= \(last + 1 - Self.mostVersions)
            """)
    }

    /// The newest first.
    package func stateVersions(of connection: ConnectionID) throws -> [StateVersion] {
        try rows(
            """
            SELECT number, job_id, cause, plain_size, created_at FROM state_version
            WHERE connection_id = \(connection) ORDER BY number DESC
            """
        ).map(StateVersion.init)
    }

    package func state(of connection: ConnectionID, version: Int64) throws -> ConnectionState {
        let row = try row(
            """
            SELECT plain_size, compressed FROM state_version
            WHERE connection_id = \(connection) AND number = \(version)
            """)
        guard let row else {
            throw StoreError(
                .notFound, "state version", id: String(version),
                "The connection \(connection) has no version \(version) of its state; the newest 50 are kept.")
        }
        let bytes = try Deflate.expand(row.get("compressed"), size: row.get("plain_size"))
        return ConnectionState(file: try JSON.parse(bytes))
    }

    /// Puts another state in the place of all that there is, and records both.
    package func replaceState(
        of connection: ConnectionID, by state: ConnectionState, cause: StateVersion.Cause, at time: Instant
    ) throws {
        try recordState(of: connection, cause: .found, at: time)
        try deleteState(of: connection)
        try save(state, of: connection, at: time)
        try recordState(of: connection, cause: cause, at: time)
    }
}

extension StateVersion {
    fileprivate init(_ row: Row) throws {
        self.init(
            number: try row.get("number"), jobID: try row.getOptional("job_id"), cause: try row.choice("cause"),
            size: try row.get("plain_size"), createdAt: try row.get("created_at"))
    }
}
