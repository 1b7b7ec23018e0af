import Glibc
import JSON

/// A JSON file that the connector is handed on its command line.
struct InputFile {
    /// What it is called in a sentence: the configuration, the catalog, the state.
    let title: String
    let path: String
    let largest: Int

    func read() throws -> JSON {
        let bytes = try contents()
        do {
            return try JSON.parse(bytes)
        } catch {
            throw ConnectorError(.config, "The file of \(title) is not valid JSON: \(error).")
        }
    }

    private func contents() throws -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw unreadable() }
        defer { close(file) }
        var bytes: [UInt8] = []
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
        defer { chunk.deallocate() }
        while true {
            let count = Glibc.read(file, chunk.baseAddress, chunk.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw unreadable()
            }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= largest else {
                throw ConnectorError(.config, "The file of \(title) is larger than \(largest >> 20) MiB.")
            }
        }
    }

    private func unreadable() -> ConnectorError {
        ConnectorError(.config, "The file of \(title), \(path), cannot be read: \(String(cString: strerror(errno))).")
    }
}
