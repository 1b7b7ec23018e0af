import Airbyte
import JSON
import Replication
import TestKit
import Testing

@Suite("protocol.md 2.1, 2.9, 2.11: what is done with records on their way", .timeLimit(.minutes(2)))
struct TreatmentTests {
    private let a = StreamDescriptor(name: "a")

    private func run(
        _ treatment: StreamTreatment, properties: JSON = ["id": ["type": "integer"], "name": ["type": "string"]]
    ) -> TestRun {
        var run = TestRun()
        run.streams = [TestRun.stream("a", properties: properties), TestRun.stream("b")]
        run.treatments = [treatment]
        return run
    }

    private func mapper(_ name: String, _ config: JSON) -> JSON { ["name": .string(name), "config": config] }

    @Test(.proves("2.9-fields")) func `2_9 only the selected fields go on, of the streams that select`() async throws {
        let result = try await run(StreamTreatment(stream: a, selectsFields: true)).run(
            source: #"""
                data("a", {"id": 1, "secret": "x", "name": "n"}, meta={"changes": []}); data("b", {"secret": "x"})
                data("a", {"id": 2}); state("a", 1); state("b", 1)
                """#)
        #expect(result.summary.status == .completed, "\(result.summary.failures)")
        #expect(result.data == [["id": 1, "name": "n"], ["secret": "x"], ["id": 2]])
        #expect(result.records.first?["meta"] == ["changes": []])
        #expect(result.records.first?["emitted_at"] == 1)
    }

    @Test(.proves("2.6-bytes")) func `2_6 of a record with selected fields only these are counted`() async throws {
        let result = try await run(StreamTreatment(stream: a, selectsFields: true)).run(
            source: #"data("a", {"id": 1, "secret": "x" * 1000}); state("a", 1)"#)
        #expect(result.summary.stats.totals.bytesEmitted < 20)
        #expect(result.summary.stats.totals.bytesCommitted == result.summary.stats.totals.bytesEmitted)
    }

    @Test(.proves("2.1-order")) func `2_11 mappers change records in their order, under the destination's names`()
        async throws
    {
        var run = run(
            StreamTreatment(
                stream: a,
                mappers: [
                    mapper("hashing", ["targetField": "name", "method": "MD5"]),
                    mapper("field-renaming", ["originalFieldName": "id", "newFieldName": "key"]),
                ]))
        run.mapping = NamespaceMapping(.customFormat, format: "x", prefix: "p_")
        let result = try await run.run(source: #"data("a", {"id": 1, "name": "n"}); state("a", 1)"#)
        #expect(result.data == [["key": 1, "name_hashed": "7b8b965ad4bca0e41ab51de7b31363a1"]])
        #expect(result.records.first?["stream"] == "p_a")
        #expect(result.records.first?["namespace"] == "x")
        #expect(result.committed == .stream([StreamState(descriptor: a, state: 1)]))
    }

    @Test(.proves("2.6-filtered", "2.11-row-filter"))
    func `2_11 a row filter's records are counted as filtered out and not sent`() async throws {
        let filter = mapper(
            "row-filtering", ["conditions": ["type": "EQUAL", "fieldName": "name", "comparisonValue": "keep"]])
        let result = try await run(StreamTreatment(stream: a, mappers: [filter])).run(
            source: #"""
                for n in range(10): data("a", {"id": n, "name": "keep" if n % 5 == 0 else "drop"})
                state("a", 1, sourceStats={"recordCount": 10.0})
                """#,
            destination: { TestConnector.counting("{'recordCount': float(n)}", keeping: path(of: $0)) })
        #expect(result.summary.status == .completed, "\(result.summary.failures)")
        #expect(result.data.map { $0["id"] } == [0, 5])
        let counts = result.summary.stats.totals
        #expect(counts.recordsEmitted == 10 && counts.recordsFilteredOut == 8 && counts.recordsCommitted == 2)
        #expect(counts.bytesEmitted == counts.bytesFilteredOut + counts.bytesCommitted)
        let state = result.messages.first { $0["type"] == "STATE" }?["state"]
        #expect(state?["sourceStats"]?["recordCount"]?.text == "2.0", "protocol.md 2.3: as many as will come")
    }

    @Test(.proves("1.3-meta", "2.11-null"))
    func `2_11 a value that cannot be mapped is nulled, and the record says so behind what it said before`()
        async throws
    {
        let result = try await run(
            StreamTreatment(stream: a, mappers: [mapper("hashing", ["targetField": "name", "fieldNameSuffix": ""])])
        ).run(
            source: #"""
                print('{"type":"RECORD","record":{"stream":"a","emitted_at":1,"data":{"name":"\\q","id":1},"meta":{"k":1,"changes":[{"field":"x","change":"TRUNCATED","reason":"SOURCE_FIELD_SIZE_LIMITATION"}]}}}')
                print('{"type":"RECORD","record":{"stream":"a","emitted_at":1,"data":{"name":"\\q","id":2}}}')
                state("a", 1)
                """#)
        #expect(result.data == [["name": .null, "id": 1], ["name": .null, "id": 2]])
        let change: JSON = ["field": "name", "change": "NULLED", "reason": "PLATFORM_SERIALIZATION_ERROR"]
        #expect(
            result.records.first?["meta"] == [
                "k": 1,
                "changes": [
                    ["field": "x", "change": "TRUNCATED", "reason": "SOURCE_FIELD_SIZE_LIMITATION"], change,
                ],
            ])
        #expect(result.records.last?["meta"] == ["changes": [change]])
    }

    @Test(
        .proves("2.11-errors"),
        arguments: [
            ["name": "no-such", "config": [:]], ["name": "hashing", "config": ["targetField": "gone"]],
            ["name": "hashing", "config": ["targetField": "id", "method": "ROT13"]], [:],
        ] as [JSON])
    func `a mapper that cannot be carried out lets nothing through`(mapper: JSON) async throws {
        let result = try await run(StreamTreatment(stream: a, mappers: [mapper])).run(source: #"data("a", {"id": 1})"#)
        #expect(result.summary.status == .failed)
        #expect(result.failure?.kind == .config)
        #expect(result.failure?.externalMessage.contains("mapper 1") == true)
        #expect(result.received.isEmpty)
    }

    @Test func `data that cannot be edited is rejected and kept aside, and the rest goes on`() async throws {
        let result = try await run(StreamTreatment(stream: a, selectsFields: true)).run(
            source: #"""
                data("a", {"id": 1})
                print('{"type":"RECORD","record":{"stream":"a","data":{"id":tru},"emitted_at":1}}')
                data("a", {"id": 3}); state("a", 1, sourceStats={"recordCount": 3.0})
                """#)
        #expect(result.summary.status == .completed, "\(result.summary.failures)")
        #expect(result.data == [["id": 1], ["id": 3]])
        #expect(result.rejected.map(\.data) == [#"{"id":tru}"#])
        #expect(result.rejected.first?.stream == a)
        #expect(result.summary.stats.totals.recordsRejected == 1)
        #expect(result.warned(.recordsRejected)?.stream == a)
    }

    @Test func `rejected records beyond the limit are only counted, and the log says so`() async throws {
        var run = run(StreamTreatment(stream: a, contract: .discardRow))
        run.limits.rejectBytes = 1000
        let result = try await run.run(source: #"for n in range(100): data("a", {"id": "x" * 90})"#)
        #expect(result.summary.stats.totals.recordsRejected == 100)
        #expect(result.rejected.count == 10)
        #expect(result.logs.contains { $0.contains("90 are not kept") })
    }

    private func path(of echo: String) -> String { String(echo.split(separator: "\"")[1]) }
}

@Suite("The contract of a stream's schema", .timeLimit(.minutes(2)))
struct ContractTests {
    private let a = StreamDescriptor(name: "a")

    private func run(_ contract: SchemaContract, _ source: String) async throws -> TestRun.Result {
        var run = TestRun()
        run.streams = [
            TestRun.stream("a", properties: ["id": ["type": "integer"], "name": ["type": ["null", "string"]]])
        ]
        run.treatments = [StreamTreatment(stream: a, contract: contract)]
        return try await run.run(source: source)
    }

    private let mixed = #"""
        data("a", {"id": 1, "name": None}); data("a", {"id": "canary"}); data("a", {"id": 3, "more": "canary"})
        data("a", {"id": 4, "name": "n"}); state("a", 4, sourceStats={"recordCount": 4.0})
        """#

    @Test func `evolve lets everything go on and tells what was seen`() async throws {
        let result = try await run(.evolve, mixed)
        #expect(result.summary.status == .completed)
        #expect(result.data.count == 4)
        let warning = try #require(result.warned(.schemaMismatch))
        #expect(warning.message.contains("Of 4 records") && warning.message.contains("2 do not fit"))
        #expect(warning.message.contains("id should be integer and is string") && warning.message.contains("more"))
        #expect(!result.logs.contains { $0.contains("canary") })
    }

    @Test func `freeze ends the attempt, naming the field and not the value`() async throws {
        let result = try await run(.freeze, mixed)
        #expect(result.summary.status == .failed)
        #expect(result.failure?.kind == .config && result.failure?.stream == a)
        #expect(result.failure?.externalMessage.contains("id should be integer and is string") == true)
        #expect(result.failure?.externalMessage.contains("canary") == false)
        #expect(result.data == [["id": 1, "name": nil]])
        #expect(result.completed.isEmpty)
    }

    @Test func `discard_row keeps the record aside`() async throws {
        let result = try await run(.discardRow, mixed)
        #expect(result.summary.status == .completed, "\(result.summary.failures)")
        #expect(result.data.map { $0["id"] } == [1, 4])
        #expect(result.rejected.map(\.data) == [#"{"id": "canary"}"#, #"{"id": 3, "more": "canary"}"#])
        #expect(result.rejected.map(\.reason).first?.contains("id") == true)
        let counts = result.summary.stats.totals
        #expect(counts.recordsEmitted == 4 && counts.recordsRejected == 2 && counts.recordsCommitted == 2)
        #expect(counts.bytesEmitted == counts.bytesRejected + counts.bytesCommitted)
    }

    @Test func `discard_value leaves out what is unknown and nulls what is of another type`() async throws {
        let result = try await run(.discardValue, mixed)
        #expect(result.summary.status == .completed)
        #expect(result.data == [["id": 1, "name": nil], ["id": nil], ["id": 3], ["id": 4, "name": "n"]])
        let changed = result.records.map { $0["meta"]?["changes"]?[0]?["field"]?.stringValue }
        #expect(changed == [nil, "id", "more", nil])
        #expect(result.summary.stats.totals.recordsRejected == 0)
    }

    @Test(arguments: [
        #"{"stream":"a","data":{"id":1,"secret":"canary"},"data":{"id":1},"emitted_at":1}"#,
        #"{"stream":"a","data":{"id":1,"secret":"canary"},"emitted_at":1},"record":{"stream":"a","data":{"id":1},"emitted_at":1}"#,
    ])
    func `a record that says its data twice is rejected where it is mapped`(_ record: String) async throws {
        var run = TestRun()
        run.streams = [
            TestRun.stream("a", properties: ["id": ["type": "integer"], "secret": ["type": "string"]])
        ]
        let mapper: JSON = ["name": "field-filtering", "config": ["targetField": "secret"]]
        run.treatments = [StreamTreatment(stream: a, mappers: [mapper])]
        let result = try await run.run(
            source: "print('''{\"type\":\"RECORD\",\"record\":\(record)}''', flush=True); state(\"a\", 1)")
        #expect(result.records.isEmpty)
        #expect(result.rejected.count == 1)
        #expect(!String(decoding: result.received, as: UTF8.self).contains("canary"))
    }

    @Test(.proves("2.10-summary")) func `2_10 a stream is sampled, and no value is told`() async throws {
        let result = try await run(.evolve, #"for n in range(200 + 640): data("a", {"id": "canary"})"#)
        let warning = try #require(result.warned(.schemaMismatch))
        let looked = try #require(warning.message.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        // Records that follow one another and are alike go on without a look once the first ones were seen: all of them
        // where they come in one piece.
        #expect((200...210).contains(looked))
        #expect(!warning.message.contains("canary"))
        #expect(result.data.count == 840)
    }
}

@Suite("protocol.md 1.14: primary keys", .timeLimit(.minutes(2)))
struct PrimaryKeyTests {
    private func run(_ mode: DestinationSyncMode) -> TestRun {
        var run = TestRun()
        run.streams = [TestRun.stream("a", properties: [:], .incremental, mode, key: [["id"], ["o", "id"]])]
        return run
    }

    private let source = #"data("a", {"id": None, "o": {"id": 1}}); data("a", {"o": {"id": None}}); state("a", 1)"#

    @Test(.proves("1.14-null-keys"))
    func `a record whose key parts are all null ends the attempt of a deduplicated stream`() async throws {
        let result = try await run(.appendDedup).run(source: source)
        #expect(result.summary.status == .failed)
        #expect(result.failure?.origin == .source)
        #expect(result.failure?.externalMessage.hasPrefix("All the defined primary keys are null") == true)
        #expect(result.data.count == 1)
    }

    @Test func `data that breaks before its key is rejected, and what comes behind the key is nobody's business`()
        async throws
    {
        let line = #"{"type":"RECORD","record":{"stream":"a","data":{%},"emitted_at":1}}"#.split(separator: "%")
        let result = try await run(.appendDedup).run(
            source: [#""x":tru,"id":1"#, #""id":2,"x":tru"#].map { "print('\(line.joined(separator: $0))')\n" }
                .joined(),
            destination: { #"open("\#($0.split(separator: "\"")[1])", "w").write(sys.stdin.read())"# })
        #expect(result.summary.status == .completed, "\(result.summary.failures)")
        #expect(result.rejected.map(\.data) == [#"{"x":tru,"id":1}"#])
        #expect(result.lines.contains { $0.contains(#"{"id":2,"x":tru}"#) })
    }

    @Test func `other streams may lack a key`() async throws {
        let result = try await run(.append).run(source: source)
        #expect(result.summary.status == .completed)
        #expect(result.data.count == 2)
    }
}
