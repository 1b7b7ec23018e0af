import Airbyte
import ConnectorKit
import Glibc
import JSON
import Posix

/// Reads the text files of a folder: each file is a stream, each of its lines a record.
struct SourceLines: SourceConnector {
    static let name = "source-lines"

    static let specification = Specification.source(
        Settings.self, title: "Lines of text files", documentation: "https://example.com/source-lines")

    struct Settings: ConnectorSettings {
        @Option("Folder", "The absolute path of the folder that the files are in.")
        var folder: AbsolutePath

        @Option("Lines per state", "After how many lines the position is saved.", .within(1...1_000_000))
        var linesPerState = 1000
    }

    func check(_ configuration: Configuration) throws {
        _ = try files(Settings(configuration))
    }

    func discover(_ configuration: Configuration) throws -> AirbyteCatalog {
        let schema: JSON = [
            "type": "object", "properties": ["line": ["type": "integer"], "text": ["type": "string"]],
        ]
        return AirbyteCatalog(
            streams: try files(Settings(configuration)).map { file in
                AirbyteStream(
                    name: file, jsonSchema: schema, supportedSyncModes: [.fullRefresh, .incremental],
                    sourceDefinedCursor: true, defaultCursorField: ["line"], sourceDefinedPrimaryKey: [["line"]],
                    isResumable: true)
            })
    }

    func read(
        _ configuration: Configuration, catalog: ConfiguredCatalog, state: ConnectionState, output: ConnectorOutput
    ) throws {
        let settings = try Settings(configuration)
        let files = try files(settings)
        for stream in catalog.streams {
            try output.reading(stream.descriptor) { messages in
                guard files.contains(stream.stream.name) else {
                    throw ConnectorError(.config, "There is no file \(stream.descriptor); refresh the source's schema.")
                }
                let position = state.state(of: stream.descriptor)?["line"]?.intValue ?? 0
                try read(stream.stream.name, from: position, settings, messages)
            }
        }
    }

    private func files(_ settings: Settings) throws -> [String] {
        try Directory.entries(settings.folder.text).filter { $0.hasSuffix(".txt") }.sorted()
    }

    private func read(_ file: String, from position: Int, _ settings: Settings, _ output: StreamOutput) throws {
        let file = try Descriptor.open("\(settings.folder.text)/\(file)", O_RDONLY)
        let lines = LineReader(file.raw)
        var number = 0
        while case .line(let text) = try lines.next() {
            number += 1
            if number <= position { continue }
            try output.record(["line": .integer(number), "text": .string(String(decoding: text, as: UTF8.self))])
            if number % settings.linesPerState == 0 { try output.state(["line": .integer(number)]) }
        }
        file.close()
        try output.state(["line": .integer(number)])
    }
}
