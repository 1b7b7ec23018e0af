import Airbyte
import JSON
import Posix
import Replication
import TestKit
import Testing

@Suite("Replicating between processes", .timeLimit(.minutes(2)))
struct ReplicationRunTests {
    private let a = StreamDescriptor(name: "a")

    @Test(.proves("1.3-record", "2.4-echo", "9-states"))
    func `records and states arrive, and the echoed states are committed`() async throws {
        let result = try await TestRun().run(
            source: """
                status("a", "STARTED")
                for n in range(1000): record("a", n)
                state("a", {"n": 999}, note="kept")
                status("a", "COMPLETE")
                """)
        #expect(result.summary.status == .completed)
        #expect(result.summary.failures.isEmpty)
        #expect(result.records.map { $0["data"]?["n"]?.intValue } == Array(0..<1000))
        #expect(result.committed == .stream([StreamState(descriptor: a, state: ["n": 999])]))
        let counts = result.summary.stats.totals
        #expect(counts.recordsEmitted == 1000 && counts.recordsCommitted == 1000)
        #expect(counts.bytesEmitted == counts.bytesCommitted && counts.bytesEmitted > 5000)
        #expect(result.summary.stats.streams.first?.status == .complete)
        let state = result.messages.first { $0["type"] == "STATE" }?["state"]
        #expect(state?["id"] == 1)
        #expect(state?["note"] == "kept")
        #expect(state?["sourceStats"]?["recordCount"]?.description == "1000.0")
        #expect(result.completed == ["a"])
        #expect(result.messages.last?["trace"]?["stream_status"]?["status"] == "COMPLETE")
    }

    @Test(.proves("2.8-definitions", "2.8-back")) func `names are mapped on the way and back again`() async throws {
        var run = TestRun()
        run.streams = [TestRun.stream("a", namespace: "n"), TestRun.stream("b")]
        run.mapping = NamespaceMapping(.customFormat, format: "x_${SOURCE_NAMESPACE}", prefix: "p_")
        let result = try await run.run(
            source: #"""
                record("a", 1, namespace="n"); record("b", 2); record("a", 3, namespace="n")
                print('{"record" : {"emitted_at": 7, "data": {"stream":"a"}, "str\\u0065am" : "b", "namespace":null}, "type":"RECORD"}\r')
                state("a", 1, "n"); state("b", 2)
                """#)
        #expect(result.summary.status == .completed)
        #expect(result.records.map { $0["stream"] } == ["p_a", "p_b", "p_a", "p_b"])
        #expect(result.records.map { $0["namespace"] } == ["x_n", "x_", "x_n", "x_"])
        #expect(result.records.last?["data"] == ["stream": "a"])
        #expect(
            result.committed
                == .stream([
                    StreamState(descriptor: StreamDescriptor(name: "a", namespace: "n"), state: 1),
                    StreamState(descriptor: StreamDescriptor(name: "b"), state: 2),
                ]))
        #expect(result.summary.stats.streams.map(\.counts.recordsCommitted) == [2, 2])
        #expect(result.completed == ["p_a", "p_b"])
    }

    @Test(.proves("2.8-collision")) func `two streams that would land under one name are refused`() async throws {
        var run = TestRun()
        run.streams = [TestRun.stream("a", namespace: "x"), TestRun.stream("a", namespace: "y")]
        run.mapping = NamespaceMapping(.destination)
        let result = try await run.run(source: "")
        #expect(result.summary.status == .failed)
        #expect(result.failure?.kind == .config)
    }

    @Test(.proves("2.2-inject")) func `a full refresh without a state gets an empty one`() async throws {
        var run = TestRun()
        run.streams = [TestRun.stream("a", .fullRefresh)]
        let result = try await run.run(source: #"record("a", 1)"#)
        #expect(result.summary.status == .completed)
        #expect(result.committed == .stream([StreamState(descriptor: a, state: [:])]))
        #expect(result.logs.contains { $0.contains("reports no stream statuses") })
    }

    @Test(.proves("2.1-no-complete", "1.15-codes"))
    func `a source that fails keeps what was committed and completes nothing`() async throws {
        let result = try await TestRun().run(
            source: """
                record("a", 1); state("a", {"n": 1}); record("a", 2)
                status("a", "COMPLETE")
                error("no access to canary-secret", failure_type="config_error", stream_descriptor={"name": "a"})
                sys.exit(3)
                """)
        #expect(result.summary.status == .failed)
        #expect(result.failure?.origin == .source)
        #expect(result.failure?.kind == .config)
        #expect(result.failure?.stream == a)
        #expect(result.summary.failures.count == 2)
        #expect(result.summary.failures.last?.externalMessage == "Source process exited with non-zero exit code 3")
        #expect(result.completed.isEmpty)
        #expect(result.committed == .stream([StreamState(descriptor: a, state: ["n": 1])]))
        #expect(result.summary.stats.totals.recordsCommitted == 1)
        #expect(result.summary.stats.totals.recordsEmitted == 2)
        #expect(result.summary.stats.streams.first?.status == .incomplete)
    }

    @Test(.proves("1.14-stderr")) func `a source that dies without a word is quoted from its error output`()
        async throws
    {
        var run = TestRun()
        run.secrets = ["s3cr3t-value"]
        let result = try await run.run(source: #"sys.stderr.write("boom s3cr3t-value\n"); sys.exit(1)"#)
        #expect(result.failure?.externalMessage.contains("without any message") == true)
        #expect(result.failure?.externalMessage.contains("boom **********") == true)
        #expect(result.logs.contains("ERROR source boom **********"))
    }

    @Test func `a source that is killed is said to be out of memory`() async throws {
        let result = try await TestRun().run(source: "os.kill(os.getpid(), 9)")
        #expect(result.failure?.externalMessage.contains("out of memory") == true)
    }

    @Test func `a destination that dies early is the failure, not the source that it stopped`() async throws {
        let result = try await TestRun().run(
            source: """
                n = 0
                while True: record("a", n); n += 1
                """, destination: { _ in #"sys.stdin.readline(); error("disk full"); sys.exit(7)"# })
        #expect(result.summary.status == .failed)
        #expect(result.summary.failures.allSatisfy { $0.origin == .destination })
        #expect(result.failure?.externalMessage == "disk full")
    }

    @Test func `a destination that dies while the source is silent ends the attempt`() async throws {
        let result = try await TestRun().run(source: "time.sleep(600)", destination: { _ in "sys.exit(7)" })
        #expect(result.summary.status == .failed)
        #expect(result.failure?.origin == .destination)
    }

    @Test func `a destination that leaves early without an error is no success`() async throws {
        let result = try await TestRun().run(
            source: """
                for n in range(100000): record("a", n)
                state("a", 1)
                """, destination: { _ in "sys.stdin.readline()" })
        #expect(result.summary.status == .failed)
        #expect(result.failure?.origin == .destination)
    }

    @Test(.proves("9-states")) func `a destination that does not acknowledge every state is no success`() async throws {
        let result = try await TestRun().run(
            source: #"record("a", 1); state("a", 1); record("a", 2); state("a", 2)"#,
            destination: { _ in
                """
                for line in sys.stdin:
                    if '"STATE"' in line and '"id": 1' in line.replace(":", ": "): sys.stdout.write(line)
                """
            })
        #expect(result.summary.status == .failed)
        #expect(result.failure?.externalMessage.contains("did not acknowledge") == true)
        #expect(result.committed == .stream([StreamState(descriptor: a, state: 1)]))
    }

    @Test(.proves("9-streams", "2.1-complete"))
    func `a stream that the source leaves incomplete is no success and gets no COMPLETE`() async throws {
        var run = TestRun()
        run.streams = [TestRun.stream("a"), TestRun.stream("b")]
        let result = try await run.run(
            source: """
                status("a", "STARTED"); record("a", 1); state("a", 1); status("a", "COMPLETE")
                status("b", "STARTED"); record("b", 1); state("b", 1)
                """)
        #expect(result.summary.status == .failed)
        #expect(result.completed == ["a"])
        #expect(result.failure?.stream == StreamDescriptor(name: "b"))
    }

    @Test(.proves("1.14-unknown-stream")) func `records of a stream that is not in the catalog fail the attempt`()
        async throws
    {
        let result = try await TestRun().run(source: #"record("a", 1); record("x", 2); time.sleep(600)"#)
        #expect(result.summary.status == .failed)
        #expect(result.failure?.origin == .source)
        #expect(result.records.count == 1)
        #expect(result.completed.isEmpty)
    }

    @Test(.proves("1.1-large-lines")) func `a line beyond the limit fails the attempt`() async throws {
        var run = TestRun()
        run.limits.lineBytes = 1 << 20
        let result = try await run.run(
            source: """
                record("a", "x" * 1000000)
                record("a", "x" * 1100000)
                """)
        #expect(result.summary.status == .failed)
        #expect(result.failure?.externalMessage.contains("1048576") == true)
        #expect(result.records.count == 1)
    }

    @Test(.proves("1.1-bytes", "1.1-large-lines"))
    func `long lines, strange bytes and a missing last newline go through unharmed`() async throws {
        let result = try await TestRun().run(
            source: #"""
                record("a", "y" * 3000000)
                sys.stdout.buffer.write(b'{"type":"RECORD","record":{"stream":"a","data":{"x":"\xff\xfe\\u0000"},"emitted_at":1}}\r\n\r\n\n')
                sys.stdout.buffer.write(b'{"type":"RECORD","record":{"stream":"a","data":{"last":1},"emitted_at":1}}')
                """#,
            destination: { echo in
                let path = echo.split(separator: "\"")[1]
                return #"open("\#(path)", "wb").write(sys.stdin.buffer.read())"#
            })
        #expect(result.summary.status == .completed)
        let lines = result.received.split(separator: 10)
        #expect(lines.count == 4)
        #expect(lines[0].count > 3_000_000)
        #expect(lines[1].contains(0xFF) && lines[1].last == 13)
        #expect(lines[2].starts(with: Array(#"{"type":"RECORD""#.utf8)))
    }

    @Test(.proves("1.14-garbage", "1.14-garbled-record")) func `garbage is logged and records never are`() async throws
    {
        var run = TestRun()
        run.limits.logBytes = 10_000
        let result = try await run.run(
            source: #"""
                print("Loading"); print('{"a": {"record": "canary"')
                print('{"type":"RECORD","record":{"stream":"a","data":{}}}')
                say({"type": "LOG", "log": {"level": "FATAL", "message": "m", "stack_trace": "s"}})
                record("a", "canary")
                for n in range(5000): print("flood")
                """#)
        #expect(result.summary.status == .completed)
        #expect(result.logs.contains("INFO source Loading"))
        #expect(result.logs.contains("ERROR source m\ns"))
        #expect(!result.logs.contains { $0.contains("canary") })
        #expect(result.logs.contains { $0.contains("lines were left out") })
        #expect(result.logs.joined().utf8.count < 20_000)
    }

    @Test(.proves("1.7-control")) func `a configuration that a connector asks to keep is handed on`() async throws {
        let result = try await TestRun().run(
            source:
                #"say({"type": "CONTROL", "control": {"type": "CONNECTOR_CONFIG", "emitted_at": 1, "connectorConfig": {"config": {"token": "t2"}}}})"#
        )
        let configs = result.events.compactMap { event -> JSON? in
            if case .control(.source, let config) = event { config } else { nil }
        }
        #expect(configs == [["token": "t2"]])
    }

    @Test(.proves("2.13-cancel")) func `a cancel stops the source and lets the destination write what it has`()
        async throws
    {
        var run = TestRun()
        run.cancelWhen = { if case .state = $0 { true } else { false } }
        let result = try await run.run(
            source: """
                n = 0
                signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
                while True:
                    record("a", n); state("a", n); n += 1
                    time.sleep(0.001)
                """)
        #expect(result.summary.status == .cancelled)
        #expect(result.completed.isEmpty)
        #expect(result.summary.failures.isEmpty)
        guard case .stream(let states) = result.committed, let last = states.first?.state?.intValue else {
            Issue.record("nothing was committed")
            return
        }
        #expect(result.records.count == last + 1 || result.records.count == last + 2)
        #expect(result.summary.stats.totals.recordsCommitted == last + 1)
    }

    @Test(.proves("2.12-source")) func `a source that stays silent too long is stopped`() async throws {
        var run = TestRun()
        // Long enough for the destination to have begun and answered, on a machine that is busy.
        run.limits.sourceSilenceSeconds = 25
        let result = try await run.run(source: #"record("a", 1); state("a", 1); time.sleep(600)"#)
        #expect(result.summary.status == .failed)
        #expect(result.failure?.kind == .heartbeatTimeout)
        #expect(result.committed == .stream([StreamState(descriptor: a, state: 1)]))
    }

    @Test(.proves("2.12-destination")) func `a destination that stops reading is stopped`() async throws {
        var run = TestRun()
        run.limits.destinationStallSeconds = 1
        let result = try await run.run(
            source: """
                while True: record("a", "x" * 1000)
                """, destination: { _ in "time.sleep(600)" })
        #expect(result.summary.status == .failed)
        #expect(result.failure?.kind == .destinationTimeout)
    }

    @Test func `a descendant that keeps the pipes open does not keep the attempt`() async throws {
        let result = try await TestRun().run(
            source: """
                record("a", 1); state("a", 1)
                if os.fork() == 0: time.sleep(600)
                """)
        #expect(result.summary.status == .completed)
    }

    @Test(.proves("2.17-stream")) func `a clear sets states to null and completes the streams`() async throws {
        var run = TestRun()
        run.streams = [TestRun.stream("a"), TestRun.stream("b")]
        run.mapping = NamespaceMapping(prefix: "p_")
        run.clearing = ([a], .stream([StreamState(descriptor: a, state: 1)]))
        let result = try await run.run(source: "")
        #expect(result.summary.status == .completed)
        #expect(result.committed == .stream([StreamState(descriptor: a, state: nil)]))
        #expect(result.completed == ["p_a", "p_b"])
        #expect(result.records.isEmpty)
    }

    @Test(.proves("2.17-global")) func `clearing a part of a global state keeps the rest of it`() async throws {
        let b = StreamDescriptor(name: "b")
        var run = TestRun()
        run.streams = [TestRun.stream("a"), TestRun.stream("b")]
        run.clearing = (
            [a], .global(shared: 5, [StreamState(descriptor: a, state: 1), StreamState(descriptor: b, state: 2)])
        )
        let result = try await run.run(source: "")
        #expect(
            result.committed
                == .global(shared: 5, [StreamState(descriptor: a, state: nil), StreamState(descriptor: b, state: 2)]))
    }

    @Test(.proves("1.4-mixed")) func `states of two types in one sync are refused`() async throws {
        let result = try await TestRun().run(
            source:
                #"state("a", 1); say({"type": "STATE", "state": {"type": "GLOBAL", "global": {"stream_states": []}}})"#)
        #expect(result.summary.status == .failed)
        #expect(result.failure?.externalMessage.contains("mixes") == true)
    }

    @Test(
        arguments: [
            #"print('{ "type": "RECORD", "record": {"stream":"a","data":{"canary":'); record("a", 2); state("a", 2)"#,
            #"state("a", 1); sys.stdout.write('{"record":{"stream":"a","data":{"canary":1')"#,
        ])
    func `a record that cannot be read is a loss, even where the source says all is well`(broken: String) async throws {
        let result = try await TestRun().run(source: #"record("a", 1); "# + broken)
        #expect(result.summary.status == .failed)
        #expect(result.failure?.origin == .source)
        #expect(result.failure?.externalMessage.contains("1 records that cannot be read") == true)
        #expect(result.summary.failures.count == 1)
        #expect(result.completed.isEmpty)
        // A state behind the loss would make the next sync go on behind it.
        let before = StreamState(descriptor: a, state: 1)
        #expect(result.committed == (broken.hasPrefix("state") ? .stream([before]) : .empty))
        #expect(!result.logs.contains { $0.contains("canary") })
    }

    @Test(.proves("1.14-empty")) func `a record without data is dropped, and the source's own count knows of it`()
        async throws
    {
        let result = try await TestRun().run(
            source: #"""
                record("a", 1); say({"type": "RECORD", "record": {"stream": "a", "data": {}, "emitted_at": 1}})
                state("a", 1, sourceStats={"recordCount": 2.0})
                """#)
        #expect(result.summary.status == .completed)
        #expect(result.summary.stats.totals.recordsCommitted == 1)
    }

    @Test func `a destination that leaves its last records in the pipe is no success`() async throws {
        let result = try await TestRun().run(
            source: #"record("a", 1); state("a", 1); record("a", 2); record("a", 3)"#,
            destination: { _ in
                """
                import fcntl, termios
                taken = b""
                while not (b'"STATE"' in taken and taken.endswith(b"}\\n")): taken += os.read(0, 1)
                sys.stdout.write(taken.decode().splitlines()[-1] + "\\n"); sys.stdout.flush()
                while int.from_bytes(fcntl.ioctl(0, termios.FIONREAD, b"\\0\\0\\0\\0"), "little") < 100: time.sleep(0.001)
                """
            })
        #expect(result.summary.status == .failed)
        #expect(result.failure?.origin == .destination)
    }

    @Test func `a destination that closes its output and stops reading is stopped`() async throws {
        var run = TestRun()
        run.limits.graceSeconds = 1
        let result = try await run.run(
            source: """
                while True: record("a", "x" * 1000)
                """, destination: { _ in "os.close(1); time.sleep(600)" })
        #expect(result.summary.status == .failed)
        #expect(result.failure?.origin == .destination)
    }

    @Test func `a destination whose output cannot be read is stopped, though it reads no more`() async throws {
        var run = TestRun()
        run.limits.lineBytes = 1 << 20
        run.limits.graceSeconds = 1
        let result = try await run.run(
            source: """
                while True: record("a", "x" * 1000)
                """, destination: { _ in #"sys.stdout.write("x" * 5000000); time.sleep(600)"# })
        #expect(result.summary.status == .failed)
        #expect(result.failure?.externalMessage.contains("1048576") == true)
    }
}
