import Airbyte
import Posix
import Replication
import Testing

// Rows in blocks: whatever bytes they have, lines before and behind them stay lines.
extension RelayPipeTests {
    private static let blocks = #"""
        rows = 0
        def block(size, count, stream="a", namespace=None, arrives=None):
            global rows
            rows += count
            body = {"stream": stream, "columns": ["n"], "count": count, "bytes": size, "emitted_at": 1}
            head = lambda: (json.dumps({"type": "ROWS", "rows": body}, separators=(",", ":")) + "\n").encode()
            tail = random.randbytes(size)
            pieces.append(head() + tail)
            if arrives: body = {"stream": arrives[0], "namespace": arrives[1], **{k: body[k] for k in ("columns", "count", "bytes", "emitted_at")}}
            wanted.append(head() + tail)

        """#

    private var taking: TestRun {
        var run = TestRun()
        run.rowBlocks = RowBlock.postgres
        return run
    }

    @Test(arguments: 1...4)
    func `blocks of any size, with lines between them, arrive byte for byte and are counted`(seed: Int) async throws {
        let result = try await relay(
            Self.blocks + #"""
                for n in range(60):
                    for m in range(random.choice([0, 1, 700])):
                        rows += 1
                        send(line(random.randint(60, 600)))
                    size = random.choice([0, 2, 18, 4095, 65536, 262144, 700000])
                    block(size, random.randint(0, min(9, size // 2)))
                while rows < 50000:
                    rows += 1
                    send(line(60))
                finish(random.choice([None, [1, 100, 4096, 70000], [65536, 1 << 20]]))
                """#, taking, seed: seed, capacity: seed % 2 == 0 ? nil : Pipe.recordCapacity)
        #expect(result.summary.status == .completed, "\(result.summary.failures)")
        #expect(result.arrived)
        #expect(result.summary.stats.totals.recordsCommitted == 50_000)
    }

    @Test func `a block goes to the stream's name at the destination`() async throws {
        var run = taking
        run.mapping = NamespaceMapping(.customFormat, format: "public")
        let result = try await relay(
            Self.blocks + """
                for n in range(20): block(random.randint(6, 300000), 3, arrives=("a", "public"))
                finish()
                """, run)
        #expect(result.summary.status == .completed, "\(result.summary.failures)")
        #expect(result.arrived)
        #expect(result.summary.stats.totals.recordsCommitted == 60)
    }

    @Test(arguments: [1, 2, 100_000])
    func `a block that was cut short never begins, and fails the attempt`(missing: Int) async throws {
        let result = try await relay(
            Self.blocks + """
                block(200000, 4)
                block(200000, 4)
                pieces[-1] = pieces[-1][:-\(missing)]
                wanted.pop()
                finish()
                """, taking)
        #expect(result.summary.status == .failed)
        #expect(result.summary.failures.first?.externalMessage.contains("in the middle of its rows") == true)
        #expect(result.arrived)
        #expect(result.summary.stats.totals.recordsEmitted == 4)
    }

    @Test(arguments: [
        #"{"stream":"b","columns":[],"count":1,"bytes":2,"emitted_at":1}"#, #"{"stream":"a"}"#, "1",
        #"{"stream":"a","columns":[],"count":2,"bytes":2,"emitted_at":1}"#,
        #"{"stream":"a","columns":[],"count":9223372036854775807,"bytes":2,"emitted_at":1}"#,
        #"{"stream":"a","columns":[],"count":1,"bytes":9223372036854775807,"emitted_at":1}"#,
        #"{"stream":"a","columns":[],"count":-1,"bytes":2,"emitted_at":1}"#,
        #"{"stream":"a","columns":[],"count":1,"bytes":2,"emitted_at":9223372036854775807}"#,
    ])
    func `a block of nothing known fails the attempt`(body: String) async throws {
        let result = try await relay(
            """
            send(b'{"type":"ROWS","rows":\(body)}\\n', arrives=False)
            finish()
            """, taking)
        #expect(result.summary.status == .failed)
        #expect(result.summary.failures.first?.externalMessage.contains("block of rows") == true)
    }

    @Test func `where no blocks were agreed on the announcement is a message like any unknown one`() async throws {
        let result = try await relay(
            #"""
            send(line(100))
            send(b'{"type":"ROWS","rows":{"stream":"a","columns":[],"count":0,"bytes":0,"emitted_at":1}}\n', arrives=False)
            send(line(100))
            finish()
            """#)
        #expect(result.summary.status == .completed)
        #expect(result.arrived)
    }
}
