import Airbyte
import ConnectorKit
import JSON
import Posix
import TestKit
import Testing

/// Rows that a killed attempt committed behind the last saved state, when the job's next attempt begins.
@Suite("Taking back what no saved state covers", .timeLimit(.minutes(5)))
struct TakingBackTests {
    typealias Kind = DestinationUnderTest.Kind

    private static let users = ConfiguredStream.test("users", [("id", DestinationTests.integer)])

    private func record(_ id: Int, _ stream: String = "users") -> String { Messages.record(stream, #"{"id":\#(id)}"#) }

    /// Runs an attempt of a job of one connection that begins at `state`.
    private func attempt(
        _ number: Int, job: Int64 = 7, from state: ConnectionState, _ destination: DestinationUnderTest,
        streams: [ConfiguredStream] = [users], _ input: [String]
    ) async throws {
        let point = ResumePoint(connection: "c1", job: job, attempt: number, state: state)
        let run = try await destination.write(streams, input, resume: point)
        #expect(run.exitCode == 0, "\(run.output) \(run.errors)")
    }

    private func saved(_ value: Int, _ stream: String = "users") -> ConnectionState {
        .stream([
            StreamState(
                descriptor: StreamDescriptor(name: stream), state: ["n": .number(JSONNumber(grammatical: "\(value).0"))]
            )
        ])
    }

    private func ids(_ destination: DestinationUnderTest, _ table: String = "users") async throws -> [String] {
        try await destination.rows("SELECT id FROM \(table) ORDER BY id")
    }

    @Test(arguments: Kind.allCases)
    func `appended rows behind the saved state are written once, whatever attempts there were`(kind: Kind) async throws
    {
        let destination = try await DestinationUnderTest(kind)
        try await attempt(
            0, from: .empty, destination,
            [record(1), record(2), Messages.state("users", 2), record(3), Messages.state("users", 3), record(4)])
        #expect(try await ids(destination) == ["1", "2", "3", "4"])
        // Of the second state nothing was saved.
        try await attempt(1, from: saved(2), destination, [record(3), record(40)])
        #expect(try await ids(destination) == ["1", "2", "3", "40"])
        try await attempt(2, from: saved(2), destination, [])
        #expect(try await ids(destination) == ["1", "2"])
        try await attempt(3, from: saved(2), destination, [record(3), Messages.state("users", 3), record(4)])
        try await attempt(4, from: saved(3), destination, [record(4), record(5), Messages.state("users", 5)])
        #expect(try await ids(destination) == ["1", "2", "3", "4", "5"])
        let count = try await destination.rows("SELECT count(DISTINCT _airbyte_raw_id) FROM users")
        #expect(count == ["5"])
    }

    @Test(arguments: Kind.allCases)
    func `where nothing was saved all rows of the job go, and those of older jobs stay`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        try await attempt(0, job: 6, from: .empty, destination, [record(1), Messages.state("users", 1)])
        try await attempt(0, from: .empty, destination, [record(2), Messages.state("users", 2)])
        try await attempt(1, from: .empty, destination, [record(3)])
        #expect(try await ids(destination) == ["1", "3"])
        // A first attempt takes back nothing, though a state is the same as one of the job before.
        try await attempt(0, job: 8, from: saved(1), destination, [record(4)])
        #expect(try await ids(destination) == ["1", "3", "4"])
    }

    @Test(arguments: Kind.allCases)
    func `of many rows exactly those behind the state go`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        let lines = (1...5000).map { record($0) }
        try await attempt(
            0, from: .empty, destination, lines[..<4097] + [Messages.state("users", 4097)] + lines[4097...])
        try await attempt(1, from: saved(4097), destination, [])
        #expect(
            try await destination.rows(
                "SELECT count(*), max(id), count(DISTINCT _airbyte_raw_id), min(length(_airbyte_raw_id)) FROM users")
                == ["4097|4097|4097|36"])
        // Their ids sort as they came.
        let last = try await destination.rows("SELECT id FROM users ORDER BY _airbyte_raw_id DESC LIMIT 1")
        #expect(last == ["4097"])
    }

    @Test(arguments: Kind.allCases)
    func `a state that is not remembered takes nothing back`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        try await attempt(0, from: .empty, destination, [record(1), Messages.state("users", 1), record(2)])
        try await attempt(1, from: saved(9), destination, [record(2)])
        #expect(try await ids(destination) == ["1", "2", "2"])
        // From here on it is.
        try await attempt(2, from: saved(9), destination, [record(2)])
        #expect(try await ids(destination) == ["1", "2", "2"])
    }

    @Test(arguments: Kind.allCases)
    func `of equal states the last one counts, so that no row is ever missing`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        try await attempt(
            0, from: .empty, destination,
            [record(1), Messages.state("users", 5), record(2), Messages.state("users", 5), record(3)])
        try await attempt(1, from: saved(5), destination, [])
        #expect(try await ids(destination) == ["1", "2"])
    }

    @Test(arguments: Kind.allCases)
    func `each stream has its own place, and a state of all streams is one for each`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        let orders = ConfiguredStream.test("orders", [("id", DestinationTests.integer)])
        try await attempt(
            0, from: .empty, destination, streams: [Self.users, orders],
            [
                record(1), record(1, "orders"), Messages.state("users", 1), record(2), Messages.state("orders", 1),
                record(2, "orders"), Messages.state("users", 2),
            ])
        try await attempt(1, from: saved(1), destination, streams: [Self.users, orders], [record(3)])
        #expect(try await ids(destination) == ["1", "3"])
        #expect(try await ids(destination, "orders").isEmpty)

        let whole = try await DestinationUnderTest(kind)
        let global = #"""
            {"type":"STATE","state":{"type":"GLOBAL","global":{"shared_state":{"lsn":1},"stream_states":[
            {"stream_descriptor":{"name":"users"},"stream_state":{}},{"stream_descriptor":{"name":"orders"},"stream_state":{"x":1}}]}}}
            """#.split(separator: "\n").joined()
        try await attempt(
            0, from: .empty, whole, streams: [Self.users, orders],
            [record(1), record(1, "orders"), global, record(2), record(2, "orders")])
        try await attempt(
            1,
            from: .global(
                shared: ["lsn": 1],
                [
                    StreamState(descriptor: StreamDescriptor(name: "orders"), state: ["x": 1]),
                    StreamState(descriptor: StreamDescriptor(name: "users"), state: [:]),
                ]), whole, streams: [Self.users, orders], [])
        #expect(try await ids(whole) == ["1"])
        #expect(try await ids(whole, "orders") == ["1"])
    }

    @Test(arguments: Kind.allCases)
    func `a table that is being replaced holds each row once`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        var stream = Self.users
        stream.destinationSyncMode = .overwrite
        stream.minimumGenerationID = stream.generationID
        try await attempt(
            0, from: .empty, destination, streams: [stream], [record(1), Messages.state("users", 1), record(2)])
        try await attempt(
            1, from: saved(1), destination, streams: [stream],
            [record(2), record(3), Messages.state("users", 3), Messages.status("users", "COMPLETE")])
        #expect(try await ids(destination) == ["1", "2", "3"])
    }

    @Test func `an earlier run that is still alive commits nothing more`() async throws {
        let destination = try await DestinationUnderTest(.postgres)
        let folder = try TemporaryFolder()
        let point = ResumePoint(connection: "c1", job: 7, attempt: 0, state: .empty)
        for (name, json) in [
            ("config", destination.configuration), ("resume", try JSON.encode(point)),
            ("catalog", try JSON.encode(ConfiguredCatalog(streams: [Self.users]))),
        ] {
            try folder.write(json.bytes, to: name)
        }
        try folder.write(Array("\(record(1))\n\(Messages.state("users", 1))\n\(record(2))\n".utf8), to: "first")
        try folder.write(Array("\(record(3))\n".utf8), to: "then")
        let script = """
            { cat first; for _ in $(seq 3000); do [ -e go ] && break; sleep 0.02; done; cat then; } \\
            | '\(Program.directory)/swiftlet-connector' destination-postgres write \\
                --config config --catalog catalog --resume resume > output
            """
        var request = ChildRequest("/bin/bash", ["-c", script], directory: folder.path)
        request.environment = ["PATH": "/usr/bin:/bin"]
        request.descriptors = [nil, nil, nil]
        let earlier = try Child.spawn(request)
        try await eventually {
            guard try await destination.tables().contains("users") else { return false }
            return try await self.ids(destination) == ["1", "2"]
        }
        try await attempt(1, from: saved(1), destination, [record(2)])
        #expect(try await ids(destination) == ["1", "2"])
        try folder.write([], to: "go")
        let exit = await Thread.value { earlier.wait() }
        #expect(exit == .exited(1))
        #expect(try folder.read("output").contains("TRACE"))
        #expect(try await ids(destination) == ["1", "2"])
        #expect(try await destination.rows("SELECT count(*) FROM users") == ["2"])
    }

    @Test(arguments: Kind.allCases)
    func `merged rows need no ledger, nor do those of a platform that tells nothing`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        var merged = Self.users
        merged.destinationSyncMode = .appendDedup
        merged.primaryKey = [["id"]]
        try await attempt(0, from: .empty, destination, streams: [merged], [record(1), Messages.state("users", 1)])
        #expect(try await destination.tables() == ["users"])
        let plain = try await destination.write(
            [ConfiguredStream.test("plain", [("id", DestinationTests.integer)])], [record(1, "plain")])
        #expect(plain.exitCode == 0)
        #expect(try await destination.tables() == ["plain", "users"])
    }
}
