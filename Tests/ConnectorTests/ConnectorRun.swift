import Airbyte
import ConnectorKit
import DestinationDevNull
import DestinationPostgres
import DestinationSQLite
import Glibc
import JSON
import Posix
import SourceFaker
import SourcePostgres
import SourceSQLite

/// One run of a connector's command line, with files for its standard streams.
struct ConnectorRun: Sendable {
    let exitCode: CInt
    let output: [String]
    let errors: String

    static let connectors: [any Connector.Type] = [
        DestinationSQLite.self, DestinationPostgres.self, DestinationDevNull.self, SourcePostgres.self,
        SourceSQLite.self, SourceFaker.self,
    ]

    var messages: [JSON] { output.compactMap { try? JSON.parse($0) } }
    var states: [JSON] { messages.compactMap { $0["state"] } }
    var records: [JSON] { messages.compactMap { $0["record"]?["data"] } }
    var statuses: [String] { messages.compactMap { $0["trace"]?["stream_status"]?["status"]?.stringValue } }
    var failure: JSON? { messages.compactMap { $0["trace"]?["error"] }.first }

    /// Runs `arguments`; each of `files` is handed over behind its flag.
    static func run(
        _ arguments: [String], files: [(flag: String, json: JSON)] = [], input: [String] = []
    ) async throws -> ConnectorRun {
        try await Thread.value {
            let folder = try TemporaryFolder()
            var arguments = arguments
            for (flag, json) in files {
                try folder.write(json.bytes, to: flag)
                arguments += ["--\(flag)", "\(folder.path)/\(flag)"]
            }
            try folder.write(Array(input.map { $0 + "\n" }.joined().utf8), to: "stdin")
            let stdin = open("\(folder.path)/stdin", O_RDONLY | O_CLOEXEC)
            let stdout = open("\(folder.path)/stdout", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
            let stderr = open("\(folder.path)/stderr", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
            defer { for descriptor in [stdin, stdout, stderr] { close(descriptor) } }
            let program = ConnectorProgram(connectors, input: stdin, output: stdout, errors: stderr)
            let code = program.run(arguments)
            return ConnectorRun(
                exitCode: code,
                output: try folder.read("stdout").split(separator: "\n").map(String.init),
                errors: try folder.read("stderr"))
        }
    }
}

/// A folder that is wiped with its last reference.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/swiftlet-connector-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw ConnectorError(.system, "no temporary folder") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? Directory.remove(path) }

    func write(_ bytes: [UInt8], to name: String) throws { try SecureFile.write(bytes, to: "\(path)/\(name)") }

    func read(_ name: String) throws -> String {
        String(decoding: try SecureFile.read("\(path)/\(name)", limit: 1 << 28), as: UTF8.self)
    }
}
