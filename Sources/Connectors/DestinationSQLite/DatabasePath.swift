import ConnectorKit
import Glibc

/// Where the file of the configuration is to be; its folder exists.
struct DatabasePath {
    let path: String

    init(_ settings: DestinationSQLite.Settings) throws {
        path = settings.destinationPath.text
        try makeFolders()
        var status = stat()
        // Opening a pipe would wait for its other end.
        guard stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG else {
            throw ConnectorError(.config, "\(path) is not a file; \"destination_path\" must name a SQLite file.")
        }
    }

    private func makeFolders() throws {
        var folder = ""
        for name in path.split(separator: "/").dropLast() {
            folder += "/" + name
            if mkdir(folder, 0o755) != 0, errno != EEXIST {
                // Folders above may be closed to us and yet be there.
                var status = stat()
                if stat(folder, &status) == 0 { continue }
                throw ConnectorError(
                    .config, "The folder \(folder) cannot be made: \(String(cString: strerror(errno))).")
            }
        }
    }
}
