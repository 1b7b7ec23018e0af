import Airbyte
import ConnectorKit
import JSON
import Testing

/// What a platform may expect of every source, as Airbyte's acceptance tests do.
@Suite("Every source", .timeLimit(.minutes(3)))
struct SourceConformanceTests {
    typealias Kind = SourceUnderTest.Kind

    @Test(arguments: Kind.allCases)
    func `a good configuration passes its check and a bad one fails with a sentence`(kind: Kind) async throws {
        let source = try await SourceUnderTest(kind)
        let run = try await source.run("check")
        #expect(run.messages.compactMap { $0["connectionStatus"]?["status"] } == ["SUCCEEDED"])
        for configuration in source.broken {
            let run = try await source.run("check", configuration)
            #expect(run.exitCode == 0)
            #expect(run.messages.compactMap { $0["connectionStatus"]?["status"] } == ["FAILED"])
            let discovery = try await source.run("discover", configuration)
            // Some have the same to offer whatever is asked of them.
            if discovery.exitCode != 0 { #expect(discovery.failure?["failure_type"] == "config_error") }
        }
    }

    @Test(arguments: Kind.allCases)
    func `a catalog names its streams once, and cursors and keys that they have`(kind: Kind) async throws {
        let source = try await SourceUnderTest(kind)
        let run = try await source.run("discover")
        #expect(run.exitCode == 0)
        #expect(run.messages.filter { $0["type"] == "CATALOG" }.count == 1)
        let catalog = try await source.catalog()
        #expect(!catalog.streams.isEmpty)
        #expect(Set(catalog.streams.map(\.descriptor)).count == catalog.streams.count)
        for stream in catalog.streams {
            #expect(stream.jsonSchema["type"] == "object")
            let properties = try #require(stream.jsonSchema["properties"]?.objectValue)
            #expect(!properties.isEmpty)
            #expect(properties.allSatisfy { $0.value["type"] != nil || $0.value["oneOf"] != nil })
            #expect(!stream.supportedSyncModes.isEmpty)
            let named = [stream.defaultCursorField ?? []] + (stream.sourceDefinedPrimaryKey ?? [])
            #expect(named.allSatisfy { $0.isEmpty || properties[$0[0]] != nil })
            if stream.sourceDefinedCursor == true { #expect(stream.defaultCursorField?.isEmpty == false) }
        }
        #expect(try await source.catalog() == catalog)
    }

    @Test(arguments: Kind.allCases, SyncMode.allCases)
    func `every stream is started, read as it is described, and complete`(kind: Kind, sync: SyncMode) async throws {
        let source = try await SourceUnderTest(kind)
        let streams = try await source.streams(sync)
        let run = try await source.read(streams)
        #expect(run.exitCode == 0, "\(run.failure ?? nil)")
        var statuses: [StreamDescriptor: [String]] = [:]
        var counts: [StreamDescriptor: Int] = [:]
        for message in run.messages {
            if let status = message["trace"]?["stream_status"] {
                let stream = try #require(try status["stream_descriptor"]?.decode(StreamDescriptor.self))
                statuses[stream, default: []].append(status["status"]?.stringValue ?? "")
            }
            guard let record = message["record"] else { continue }
            let name = StreamDescriptor(
                name: record["stream"]?.stringValue ?? "", namespace: record["namespace"]?.stringValue)
            let stream = try #require(streams.first { $0.descriptor == name })
            #expect(statuses[name]?.first == "STARTED" && statuses[name]?.last != "COMPLETE")
            #expect(record["emitted_at"]?.intValue ?? 0 > 1_500_000_000_000)
            let data = try #require(record["data"])
            let faults = Conformance.faults(of: data, stream.stream.jsonSchema)
            #expect(faults == [])
            let properties = stream.stream.jsonSchema["properties"]
            #expect(data.objectValue?.keys.allSatisfy { properties?[$0] != nil } == true)
            counts[name, default: 0] += 1
        }
        for stream in streams {
            let isEmpty = counts[stream.descriptor] == nil
            #expect(
                statuses[stream.descriptor]
                    == (isEmpty ? ["STARTED", "COMPLETE"] : ["STARTED", "RUNNING", "COMPLETE"]))
        }
        #expect(counts.values.contains { $0 > 100 })
        #expect(Set(run.states.compactMap { $0["stream"]?["stream_descriptor"] }).count == streams.count)
    }

    @Test(arguments: Kind.allCases)
    func `only the chosen fields are read`(kind: Kind) async throws {
        let source = try await SourceUnderTest(kind)
        for stream in try await source.streams(.fullRefresh) {
            let chosen = stream.stream.jsonSchema["properties"]?.objectValue?.prefix(2).map { ($0.key, $0.value) } ?? []
            var narrow = stream
            narrow.stream.jsonSchema["properties"] = .object(JSONObject(chosen))
            let run = try await source.read([narrow])
            #expect(run.exitCode == 0)
            #expect(run.records.allSatisfy { $0.objectValue?.keys == chosen.map(\.0) })
        }
    }

    @Test(arguments: Kind.allCases)
    func `a full refresh brings the same records each time`(kind: Kind) async throws {
        let source = try await SourceUnderTest(kind)
        let streams = try await source.streams(.fullRefresh)
        let first = try await source.read(streams)
        #expect(first.records.count > 200)
        #expect(try await source.read(streams).records.map(\.text).sorted() == first.records.map(\.text).sorted())
    }

    @Test(arguments: Kind.allCases)
    func `once all was read there is nothing more until something changes`(kind: Kind) async throws {
        let source = try await SourceUnderTest(kind)
        let streams = try await source.streams(.incremental)
        let first = try await source.read(streams)
        #expect(!first.records.isEmpty)
        let last = latest(first.states)
        #expect(last.count == streams.count)
        let second = try await source.read(streams, last)
        #expect(second.exitCode == 0)
        #expect(second.records.isEmpty)
        #expect(latest(second.states).map { $0["stream"] } == last.map { $0["stream"] } || kind == .faker)
    }

    @Test(arguments: Kind.allCases, SyncMode.allCases)
    func `from each state on everything comes that came behind it`(kind: Kind, sync: SyncMode) async throws {
        let source = try await SourceUnderTest(kind, alone: true)
        for stream in try await source.streams(sync) where sync == .incremental || stream.stream.isResumable == true {
            let whole = try await source.read([stream])
            let all = Set(whole.records)
            var seen = 0
            for message in whole.messages {
                if message["record"] != nil { seen += 1 }
                guard let state = message["state"] else { continue }
                // The state counts what it covers.
                let rest = try await source.read([stream], [state])
                #expect(rest.exitCode == 0)
                #expect(Set(whole.records.prefix(seen)).union(rest.records) == all)
                #expect(rest.records.count == whole.records.count - seen)
            }
            let counted = whole.states.compactMap { $0["sourceStats"]?["recordCount"]?.intValue }
            #expect(counted.reduce(0, +) == whole.records.count)
        }
    }

    @Test(arguments: Kind.allCases)
    func `a stream that is not there ends with an error that names it`(kind: Kind) async throws {
        let source = try await SourceUnderTest(kind)
        let run = try await source.read([.test("no such stream")])
        #expect(run.exitCode == 1)
        #expect(run.failure?["failure_type"] == "config_error")
        #expect(run.failure?["stream_descriptor"]?["name"] == "no such stream")
        #expect(run.statuses == ["STARTED", "INCOMPLETE"])
    }

    @Test(arguments: Kind.allCases, SyncMode.allCases)
    func `a state that makes no sense loses nothing`(kind: Kind, sync: SyncMode) async throws {
        let source = try await SourceUnderTest(kind)
        let stream = try #require(try await source.streams(sync).first { $0.stream.name != "nobody" })
        let whole = try await source.read([stream]).records.count
        let saved = try #require(try await source.read([stream]).states.last)
        for nonsense in [
            ["loop_offset": "x", "cursor": [], "key": "y"], "text", [1, 2], 5, ["cursor": "💥", "cursor_field": [5]],
            ["state_type": "cursor_based", "cursor": 7, "cursor_field": "v"],
            ["state_type": "full_refresh", "key_fields": ["rowid"], "key": [["integer": "x"]], "schema_version": 1],
        ] as [JSON] {
            var state = saved
            state["stream"]?["stream_state"] = nonsense
            let run = try await source.read([stream], [state])
            if run.exitCode == 0 {
                #expect(run.records.count == whole, "\(nonsense.text)")
            } else {
                #expect(run.failure?["failure_type"] == "config_error", "\(nonsense.text)")
            }
        }
    }

    /// The last state of each stream.
    private func latest(_ states: [JSON]) -> [JSON] {
        var latest: [JSON: JSON] = [:]
        var order: [JSON] = []
        for state in states {
            guard let stream = state["stream"]?["stream_descriptor"] else { continue }
            if latest.updateValue(state, forKey: stream) == nil { order.append(stream) }
        }
        return order.compactMap { latest[$0] }
    }
}
