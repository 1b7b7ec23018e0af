import Airbyte
import ConnectorKit
import Glibc
import JSON
import Posix

/// Appends the records of each stream to a file of a folder, a line of JSON each.
struct DestinationLines: DestinationConnector {
    static let name = "destination-lines"

    static let specification = Specification.destination(
        Settings.self, title: "Files of JSON lines", documentation: "https://example.com/destination-lines",
        modes: [.append])

    struct Settings: ConnectorSettings {
        @Option("Folder", "The absolute path of the folder that the files go into; it is made.")
        var folder: AbsolutePath
    }

    func check(_ configuration: Configuration) throws {
        try Directory.create(Settings(configuration).folder.text)
    }

    func write(
        _ configuration: Configuration, catalog: ConfiguredCatalog, input: DestinationInput, output: ConnectorOutput
    ) throws {
        let folder = try Settings(configuration).folder.text
        try Directory.create(folder)
        var files: [StreamDescriptor: Descriptor] = [:]
        for stream in catalog.streams.map(\.descriptor) {
            // A name comes from outside: it must not lead out of the folder.
            guard !stream.name.contains("/"), stream.namespace == nil else {
                throw ConnectorError(.config, "The stream \(stream) cannot be the name of a file.")
            }
            files[stream] = try Descriptor.open("\(folder)/\(stream.name).jsonl", O_WRONLY | O_CREAT | O_APPEND)
        }
        while true {
            switch try input.next() {
            case .record(let record):
                try files[input.stream(of: record)]?.write(Array(input.data(of: record)) + [UInt8(ascii: "\n")])
            case .state:
                // What came before a state must be safe before the state is echoed.
                for file in files.values { fsync(file.raw) }
                try output.echo(Array(input.line))
                try output.flush()
            case .status, .idle, .rows: break
            case .end: return
            }
        }
    }
}
