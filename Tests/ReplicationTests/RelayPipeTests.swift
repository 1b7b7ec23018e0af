import Airbyte
import Glibc
import JSON
import Posix
import Replication
import TestKit
import Testing

/// What the relay's pipes do to lines: nothing, however they are cut, filled and emptied.
///
/// The source writes what it sends in large pieces and, to a file of its own, the lines that must arrive.
@Suite("The relay's pipes", .timeLimit(.minutes(5)))
struct RelayPipeTests {
    private static let sizes = [1 << 12, 1 << 16, 1 << 18, 1 << 20]

    private static let writing = #"""
        import random
        out = sys.stdout.buffer
        random.seed(SEED)
        pieces, wanted = [], []
        def line(size, stream=b"a", note=b""):
            head = b'{"type":"RECORD","record":{"stream":"' + stream + b'","data":{"n":' + str(len(pieces)).encode() + note + b',"x":"'
            tail = b'"},"emitted_at":' + str(random.randint(0, 10**12)).encode() + b'}}\n'
            return head + b"x" * max(0, size - len(head) - len(tail)) + tail
        def send(line, arrives=True):
            pieces.append(line)
            if arrives: wanted.append(line)
        def finish(pause=None):
            every = b"".join(pieces)
            open("WANTED", "wb").write(b"".join(wanted))
            at = 0
            while at < len(every):
                size = len(every) if pause is None else random.choice(pause)
                out.write(every[at:at + size]); out.flush()
                at += size
                if pause and random.random() < 0.01: time.sleep(0.001)

        """#
    static let keeping = #"""
        import shutil
        with open("RECEIVED", "wb") as file: shutil.copyfileobj(sys.stdin.buffer, file, 1 << 20)
        """#

    @Test(arguments: [nil, Pipe.recordCapacity])
    func `lines of just the sizes of the buffers go through unharmed`(capacity: Int?) async throws {
        let result = try await relay(
            """
            for n in range(3):
                for size in \(Self.sizes):
                    for more in (-2, -1, 0, 1, 2):
                        send(line(size + more))
                        for m in range(random.randint(0, 2000)): send(line(random.randint(60, 500)))
            finish()
            """, capacity: capacity)
        #expect(result.summary.status == .completed)
        #expect(result.arrived)
        #expect(result.summary.stats.totals.recordsCommitted == result.records)
    }

    @Test(arguments: 1...6)
    func `among lines that are changed, dropped and broken every good one arrives, in order`(seed: Int) async throws {
        let result = try await relay(
            #"""
            odd = [b"Loading\n", b"\n", b"\r\n", b'{"type":"RECORD","record":{"stream":"a","data":{}}}\n',
                b'{"type":"LOG","log":{"level":"INFO","message":"m"}}\n', b" \t\n", b'{"type":"NEWS"}\n']
            for n in range(30):
                for m in range(random.choice([1, 3, 700, 4000])): send(line(random.randint(60, 600)))
                for m in range(random.choice([0, 1, 2, 40])): send(random.choice(odd), arrives=False)
                for m in range(random.choice([0, 1, 30])):
                    send(line(80, note=b',"s":"\xff\x00 \\"}{' + b"\\\\" * random.randint(0, 70) + b'"'))
                    send(line(90)[:-1] + b"\r\n")
                    send(b'{ "record": {"data": {"x": 1}, "stream": "a"}, "type": "RECORD"}\n')
                if random.random() < 0.2: send(line(random.randint(60000, 900000)))
            finish(random.choice([None, [1, 100, 4096, 70000], [65536, 1 << 20]]))
            """#, seed: seed, capacity: seed % 3 == 0 ? nil : Pipe.recordCapacity)
        #expect(result.summary.status == .completed, "\(result.summary.failures)")
        #expect(result.arrived)
        #expect(result.summary.stats.totals.recordsCommitted == result.records)
    }

    @Test(arguments: 1...2)
    func `streams that keep their names and streams that do not go through together`(seed: Int) async throws {
        var run = TestRun()
        run.streams = [TestRun.stream("a"), TestRun.stream("b", namespace: "public")]
        run.mapping = NamespaceMapping(.customFormat, format: "public")
        let result = try await relay(
            #"""
            for n in range(40):
                for m in range(random.choice([1, 2, 900, 3000])): send(line(random.randint(60, 600)))
                for m in range(random.choice([1, 2, 900, 3000])): send(line(random.randint(90, 600), b'b","namespace":"public'))
                if random.random() < 0.2: send(line(random.choice([300000, 1 << 20])))
            wanted = [line.replace(b'{"stream":"a"', b'{"namespace":"public","stream":"a"') for line in wanted]
            finish()
            """#, run, seed: seed)
        #expect(result.summary.status == .completed, "\(result.summary.failures)")
        #expect(result.arrived)
    }

    @Test(.proves("1.1-echo-order")) func `states stand behind the records that came before them`() async throws {
        let result = try await relay(
            #"""
            for n in range(60):
                for m in range(random.choice([0, 1, 50, 3000])): send(line(random.randint(60, 600)))
                state = {"type": "STREAM", "stream": {"stream_descriptor": {"name": "a"}, "stream_state": {"n": len(wanted)}}}
                send((json.dumps({"type": "STATE", "state": state}) + "\n").encode(), arrives=False)
            finish()
            """#,
            keeping: #"""
                n = 0
                with open("RECEIVED", "wb") as file:
                    for line in sys.stdin.buffer:
                        if line.startswith(b'{"type":"RECORD"'):
                            n += 1
                            file.write(line)
                        elif json.loads(line)["state"]["stream"]["stream_state"]["n"] == n:
                            sys.stdout.buffer.write(line); sys.stdout.flush()
                """#)
        #expect(result.summary.status == .completed, "\(result.summary.failures)")
        #expect(result.arrived)
    }

    @Test(.proves("2.1-back-pressure")) func `a destination that reads a byte at a time gets every one of them`()
        async throws
    {
        let result = try await relay(
            """
            for n in range(3000): send(line(random.randint(60, 400)))
            finish()
            """,
            keeping: #"""
                with open("RECEIVED", "wb") as file:
                    while byte := os.read(0, 1): file.write(byte)
                """#)
        #expect(result.summary.status == .completed)
        #expect(result.arrived)
    }

    @Test(.proves("1.1-large-lines")) func `a line of sixty-four megabytes goes through unharmed`() async throws {
        let result = try await relay(
            """
            for n in range(2):
                for m in range(2000): send(line(400))
                send(line(\(64 << 20)))
            finish()
            """)
        #expect(result.summary.status == .completed)
        #expect(result.arrived)
    }

    @Test(arguments: [#"error("disk full"); sys.exit(7)"#, "os.kill(os.getpid(), 9)"])
    func `a destination that dies in the middle ends the attempt as its failure`(death: String) async throws {
        let result = try await relay(
            """
            every = b"".join(line(400) for n in range(10000))
            while True: out.write(every)
            """,
            keeping: """
                left = 5_000_001
                while left > 0: left -= len(os.read(0, min(left, 1 << 16)))
                \(death)
                """)
        #expect(result.summary.status == .failed)
        #expect(result.summary.failures.first?.origin == .destination)
    }

    @Test(arguments: ["finish()", "finish(); os.kill(os.getpid(), 9)"])
    func `a source that ends in the middle of a line has lost it and no other`(end: String) async throws {
        let result = try await relay(
            """
            for n in range(20000): send(line(random.randint(60, 400)))
            send(line(300)[:-20], arrives=False)
            \(end)
            """)
        #expect(result.summary.status == .failed)
        #expect(result.summary.failures.first?.origin == .source)
        #expect(result.arrived)
    }

    @Test func `the last line may lack its newline`() async throws {
        let result = try await relay(
            """
            for n in range(20000): send(line(random.randint(60, 400)))
            pieces[-1] = pieces[-1][:-1]
            finish()
            """)
        #expect(result.summary.status == .completed)
        #expect(result.arrived)
        #expect(result.summary.stats.totals.recordsCommitted == 20000)
    }

    @Test func `a line that is too long ends the attempt behind the lines before it`() async throws {
        var run = TestRun()
        run.limits.lineBytes = 1 << 20
        let result = try await relay(
            """
            for n in range(3000): send(line(400))
            send(line(1 << 20))
            send(line((1 << 20) + 2), arrives=False)
            send(line(400), arrives=False)
            finish()
            """, run)
        #expect(result.summary.status == .failed)
        #expect(result.summary.failures.contains { $0.externalMessage.contains("1048576") })
        #expect(result.arrived)
    }

    @Test func `connectors at sockets get the same`() async throws {
        var run = TestRun()
        run.channel = .sockets
        let result = try await relay(
            """
            for n in range(20000): send(line(random.randint(60, 400)))
            send(line(1 << 20))
            finish()
            """, run)
        #expect(result.summary.status == .completed)
        #expect(result.arrived)
    }

    struct Outcome {
        var summary: ReplicationSummary
        var arrived: Bool
        var records: Int
    }

    func relay(
        _ source: String, keeping: String = Self.keeping, _ run: TestRun = TestRun(), seed: Int = 1,
        capacity: Int? = Pipe.recordCapacity
    ) async throws -> Outcome {
        let directory = "/tmp/swiftlet-relay-\(UUID())"
        try Directory.create(directory)
        defer { try? Directory.remove(directory) }
        var run = run
        run.supportsRefreshes = false
        if run.channel != .sockets { run.channel = .pipes(capacity: capacity) }
        let script = Self.writing.replacing("SEED", with: "\(seed)").replacing("WANTED", with: "\(directory)/wanted")
        let result = try await run.run(
            source: script + source,
            destination: { _ in keeping.replacing("RECEIVED", with: "\(directory)/received") })
        let wanted = try? Descriptor.open("\(directory)/wanted", O_RDONLY).readAll(limit: 1 << 28)
        let received = try? Descriptor.open("\(directory)/received", O_RDONLY).readAll(limit: 1 << 28)
        return Outcome(
            summary: result.summary, arrived: wanted == received, records: wanted?.count { $0 == 10 } ?? 0)
    }
}
