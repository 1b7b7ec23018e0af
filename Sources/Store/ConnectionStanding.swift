package import Model
package import SQL

/// How a connection stands, as lists of connections sort them.
package enum ConnectionStanding: String, Sendable, CaseIterable {
    case running, queued, healthy, failed, paused
    case notSynced = "not_synced"
}

extension ConnectionStanding {
    /// The standing of a row of `connection` beside its newest job, `latest`.
    static let expression: Fragment = """
        CASE WHEN latest.status = 'pending' THEN 'queued'
             WHEN latest.status IN ('running', 'incomplete') THEN 'running'
             WHEN connection.status <> 'active' THEN 'paused'
             WHEN connection.has_breaking_change OR latest.status IN ('failed', 'cancelled') THEN 'failed'
             WHEN latest.status IS NULL THEN 'not_synced'
             ELSE 'healthy' END
        """

    static let latestJob: Fragment = "LEFT JOIN newest_job AS latest ON latest.connection_id = connection.id"
}

extension Session {
    /// How many of a workspace's connections stand how; deleted ones are left out.
    package func connectionStandings(of workspace: WorkspaceID) throws -> [ConnectionStanding: Int] {
        let rows = try rows(
            """
            SELECT standing, count(*) AS n FROM (
                SELECT \(ConnectionStanding.expression) AS standing FROM connection \(ConnectionStanding.latestJob)
                WHERE connection.workspace_id = \(workspace) AND connection.status <> 'deprecated') AS standings
            GROUP BY standing
            """)
        return Dictionary(
            try rows.map { (try $0.choice("standing"), try $0.get("n")) }, uniquingKeysWith: { first, _ in first })
    }
}
