import SQL

/// The jobs of one connection in one status. Without it SQLite, which keeps no statistics, may go through all the jobs that
/// there are in that status.
extension Migration {
    static let jobsOfConnectionByStatus = Migration(19, "jobs_of_connection_by_status") { _ in
        "CREATE INDEX job_of_connection_by_status ON job (connection_id, status, id);"
    }
}
