import JSON
import Posix
import Postgres
import SQL
import SQLite
import TestKit

/// The programs' own database, read behind their backs.
enum JobStore {
    case sqlite(path: String)
    case postgres(url: String)

    /// The counters of failed attempts that bound a job's retries; all are 0 while only the platform got in its way, whose
    /// interruptions are counted apart.
    func retries(of job: JSON) async throws -> [String: Int] {
        guard let id = job.intValue else { throw RunningProgram.Failure(description: "No job: \(job)") }
        let query: Query = "SELECT retries FROM job WHERE id = \(id)"
        let text = try await Thread.value { () throws -> String in
            switch self {
            case .sqlite(let path):
                let connection = try SQLiteConnection(path: path, access: .readOnly)
                defer { connection.close() }
                return try connection.rows(query)[0].get("retries")
            case .postgres(let url):
                let connection = try PostgresConnection(PostgresSettings(url: url))
                defer { connection.close() }
                return try connection.rows(query)[0].get("retries")
            }
        }
        var counters: [String: Int] = [:]
        let retries = try JSON.parse(text)
        for name in ["successiveComplete", "totalComplete", "successivePartial", "totalPartial"] {
            guard let count = retries[name]?.intValue else {
                throw RunningProgram.Failure(description: "The job has no counter \(name): \(text)")
            }
            counters[name] = count
        }
        return counters
    }
}
