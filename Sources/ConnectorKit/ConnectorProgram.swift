import Airbyte
import Glibc
import JSON

/// A program that is several connectors: `NAME spec|check|discover|read|write …`, as Airbyte calls them.
package struct ConnectorProgram {
    private let connectors: [any Connector.Type]
    private let input: CInt
    private let output: CInt
    private let errors: CInt

    /// Tests hand in descriptors of their own; they stay open.
    package init(
        _ connectors: [any Connector.Type], input: CInt = STDIN_FILENO, output: CInt = STDOUT_FILENO,
        errors: CInt = STDERR_FILENO
    ) {
        self.connectors = connectors
        self.input = input
        self.output = output
        self.errors = errors
    }

    /// Runs as the process's main program: SIGTERM ends it with exit code 143, between two messages.
    package static func main(_ arguments: [String], _ connectors: [any Connector.Type]) -> Never {
        Termination.prepare()
        let program = ConnectorProgram(connectors)
        let output = ConnectorOutput(STDOUT_FILENO)
        Termination.watch(output)
        exit(program.run(Array(arguments.dropFirst()), output: output))
    }

    /// Carries out one command line, without the program's own name; returns the exit code.
    package func run(_ arguments: [String]) -> CInt { run(arguments, output: ConnectorOutput(output)) }

    private func run(_ arguments: [String], output: ConnectorOutput) -> CInt {
        let invocation: Invocation
        let connector: any Connector.Type
        do throws(Invocation.Misuse) {
            invocation = try Invocation(arguments)
            guard let found = connectors.first(where: { $0.name == invocation.connector }) else {
                throw Invocation.Misuse(message: "there is no connector \"\(invocation.connector)\"")
            }
            connector = found
        } catch {
            complain("swiftlet-connector: \(error.message)\n\(usage)")
            return 2
        }
        defer { output.end() }
        do {
            do {
                try perform(invocation, connector, output)
            } catch {
                try output.trace(ConnectorError(error))
                try output.flush()
                return 1
            }
            try output.flush()
            return 0
        } catch {
            // The messages cannot be delivered, so the reason goes where a person may find it.
            complain("swiftlet-connector: \(ConnectorError(error).message)\n")
            return 1
        }
    }

    private func perform(
        _ invocation: Invocation, _ type: any Connector.Type, _ output: ConnectorOutput
    ) throws {
        if invocation.operation == .spec {
            return try output.message("SPEC", "spec", type.specification)
        }
        let connector = type.init()
        if invocation.operation == .check {
            return try output.connectionStatus { try connector.check(self.configuration(invocation, type, output)) }
        }
        let configuration = try self.configuration(invocation, type, output)
        switch (invocation.operation, connector) {
        case (.discover, let source as any SourceConnector):
            try output.message("CATALOG", "catalog", JSON.encode(source.discover(configuration)))
        case (.read, let source as any SourceConnector):
            let catalog = try self.catalog(invocation)
            let state = try json("state", invocation, largest: 1 << 28)
            output.flushWhenIdle()
            // Some platforms hand over an empty object where there is no state.
            let isEmpty = state?.objectValue?.isEmpty == true
            try source.read(
                configuration, catalog: catalog, state: isEmpty ? .empty : ConnectionState(file: state), output: output)
        case (.write, let destination as any DestinationConnector):
            let input = DestinationInput(
                LineReader(input), resumingAt: try json("resume", invocation, largest: 1 << 28)?.decode())
            try destination.write(configuration, catalog: self.catalog(invocation), input: input, output: output)
        default:
            throw ConnectorError(.config, "\(type.name) cannot \(invocation.operation.rawValue).")
        }
    }

    private func configuration(
        _ invocation: Invocation, _ type: any Connector.Type, _ output: ConnectorOutput
    ) throws -> Configuration {
        let json = try json("config", invocation, largest: 1 << 24) ?? .null
        output.hideSecrets(SecretScrubber(specification: type.specification, configuration: json))
        return try Configuration(json)
    }

    private func catalog(_ invocation: Invocation) throws -> ConfiguredCatalog {
        try (json("catalog", invocation, largest: 1 << 28) ?? .null).decode()
    }

    private func json(_ flag: String, _ invocation: Invocation, largest: Int) throws -> JSON? {
        let title = ["config": "the configuration", "resume": "the place to resume at"][flag] ?? "the \(flag)"
        return try invocation.path(flag).map { try InputFile(title: title, path: $0, largest: largest).read() }
    }

    private var usage: String {
        """
        usage: swiftlet-connector NAME spec
               swiftlet-connector NAME check --config FILE
               swiftlet-connector NAME discover --config FILE
               swiftlet-connector NAME read --config FILE --catalog FILE [--state FILE]
               swiftlet-connector NAME write --config FILE --catalog FILE [--resume FILE]
        NAME is one of: \(connectors.map { $0.name }.sorted().joined(separator: ", "))

        """
    }

    private func complain(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { write(errors, $0.baseAddress, $0.count) }
    }
}
