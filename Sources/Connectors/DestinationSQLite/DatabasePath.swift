import ConnectorKit
import Glibc

/// Where the file of the configuration is to be; its folder exists.
struct DatabasePath {
    let path: String

    init(_ settings: DestinationSQLite.Settings) throws {
        path = settings.destinationPath.text
        try makeFolders()
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
