import ConnectorKit
import Glibc
import SQL
import SQLite

/// The file to read from. It may be anybody's, so it is trusted with nothing.
struct DatabaseFile {
    /// How long another program that writes is waited for.
    private static let busyTimeout = 60_000
    /// SQLITE_NOTADB.
    private static let noDatabase = "26"

    let path: AbsolutePath

    init(_ path: AbsolutePath) { self.path = path }

    /// Opens the file for reading; it is never made or changed.
    func open() throws -> SQLiteConnection {
        var status = stat()
        guard stat(path.text, &status) == 0 else {
            throw ConnectorError(
                .config, "The file \(path.text) cannot be opened: \(String(cString: strerror(errno))).")
        }
        // Opening a pipe would wait for its writer.
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ConnectorError(.config, "\(path.text) is not a file; \"database_path\" must name a SQLite file.")
        }
        do {
            let connection = try SQLiteConnection(path: path.text, access: .readOnly, busyTimeout: Self.busyTimeout)
            try connection.execute(script: "PRAGMA query_only = ON; PRAGMA cell_size_check = ON")
            // Sorting a table would else take memory of its size.
            try connection.execute(script: "PRAGMA temp_store = FILE")
            _ = try connection.rows("SELECT count(*) AS n FROM sqlite_master")
            return connection
        } catch let error as DatabaseError where error.native == Self.noDatabase {
            throw ConnectorError(.config, "The file \(path.text) is no SQLite database, or it is encrypted.")
        }
    }
}
