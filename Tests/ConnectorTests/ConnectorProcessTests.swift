import Airbyte
import ConnectorKit
import Glibc
import JSON
import Posix
import Testing

/// The built program as a process, as the platform runs it.
@Suite("Connectors as processes", .timeLimit(.minutes(5)))
struct ConnectorProcessTests {
    typealias Kind = DestinationUnderTest.Kind

    /// A running destination whose input the test feeds.
    struct Running: Sendable {
        let child: Child
        let input: Descriptor
        let output: Descriptor
        private let folder: TemporaryFolder

        init(
            _ destination: DestinationUnderTest, _ streams: [ConfiguredStream], environment: [String: String] = [:]
        ) throws {
            folder = try TemporaryFolder()
            try folder.write(destination.configuration.bytes, to: "config")
            try folder.write(JSON.encode(ConfiguredCatalog(streams: streams)).bytes, to: "catalog")
            let (stdin, stdout) = (try Pipe(), try Pipe())
            var request = ChildRequest(
                "\(Program.directory)/swiftlet-connector",
                [
                    "destination-\(destination.kind.rawValue)", "write", "--config=\(folder.path)/config",
                    "--catalog=\(folder.path)/catalog",
                ], environment: environment)
            request.descriptors = [stdin.reader, stdout.writer, nil]
            child = try Child.spawn(request)
            stdin.reader.close()
            stdout.writer.close()
            input = stdin.writer
            output = stdout.reader
        }

        func send(_ lines: [String]) throws { try input.write(lines.map { $0 + "\n" }.joined()) }

        func readLine() throws -> String {
            // The line lives in the reader's buffer.
            let reader = LineReader(output.raw)
            return try withExtendedLifetime(reader) {
                guard case .line(let line) = try reader.next() else { return "" }
                return String(decoding: line, as: UTF8.self)
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func `a state is acknowledged though its sender falls silent, and SIGTERM ends with 143`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        let exit = try await Thread.value {
            let running = try Running(destination, [.test("users")])
            let state = Messages.state("users", 1)
            try running.send([Messages.record("users", #"{"id":1}"#), state])
            #expect(try running.readLine() == state)
            running.child.signal(.terminate)
            return running.child.wait()
        }
        #expect(exit == .exited(143))
        #expect(try await destination.rows("SELECT id FROM users") == ["1"])
    }

    @Test(arguments: Kind.allCases)
    func `a killed destination kept what it acknowledged, and the same input again completes it`(
        kind: Kind
    ) async throws {
        let destination = try await DestinationUnderTest(kind)
        let stream = ConfiguredStream.test("users", mode: .appendDedup, key: [["id"]], generation: 2, minimum: 2)
        let lines = (1...3000).map { Messages.record("users", #"{"id":\#($0)}"#, at: Int64($0)) }
        let exit = try await Thread.value {
            let running = try Running(destination, [stream])
            try running.send(Array(lines.prefix(1000)) + [Messages.state("users", 1)])
            #expect(try running.readLine() == Messages.state("users", 1))
            // Some of these are taken in and lost.
            try running.send(Array(lines[1000..<2000]))
            running.child.signal(.kill)
            return running.child.wait()
        }
        #expect(exit == .signalled(9))
        let kept = try await destination.rows("SELECT count(*) FROM users_swiftlet_tmp")
        #expect(kept.first.flatMap { Int($0) } ?? 0 >= 1000)
        let run = try await destination.write(
            [stream], lines + [Messages.state("users", 2), Messages.complete("users")])
        #expect(run.exitCode == 0)
        #expect(try await destination.rows("SELECT count(*), count(DISTINCT id) FROM users") == ["3000|3000"])
    }

    @Test(arguments: Kind.allCases)
    func `a job's first attempt replaces rows that another connection left under the same generation`(
        kind: Kind
    ) async throws {
        let destination = try await DestinationUnderTest(kind)
        let stream = ConfiguredStream.test("users", generation: 1, minimum: 1)
        func attempt(_ number: Int, _ id: Int, complete: Bool) async throws {
            let exit = try await Thread.value {
                let running = try Running(destination, [stream], environment: ["WORKER_JOB_ATTEMPT": "\(number)"])
                let state = Messages.state("users", id)
                try running.send([Messages.record("users", #"{"id":\#(id)}"#), state])
                #expect(try running.readLine() == state)
                if complete { try running.send([Messages.complete("users")]) }
                running.input.close()
                return running.child.wait()
            }
            #expect(exit == .exited(0))
        }
        try await attempt(0, 1, complete: true)
        try await attempt(0, 2, complete: true)
        #expect(try await destination.rows("SELECT id FROM users") == ["2"])
        try await attempt(0, 3, complete: false)
        try await attempt(0, 4, complete: false)
        try await attempt(1, 5, complete: true)
        #expect(try await destination.rows("SELECT id FROM users ORDER BY id") == ["4", "5"])
    }

    @Test func `a connector whose reader is gone ends with an error`() async throws {
        let destination = try await DestinationUnderTest(.sqlite)
        let exit = try await Thread.value {
            let running = try Running(destination, [.test("users")])
            running.output.close()
            try running.send([Messages.state("users", 1)])
            running.input.close()
            return running.child.wait()
        }
        #expect(exit == .exited(1))
    }
}
