import Airbyte
import ConnectorKit
import JSON
import Posix
import TestKit
import Testing

@Suite("destination-postgres, killed at random", .timeLimit(.minutes(5)))
struct DestinationPostgresCrashTests {
    /// Changes in their order, many of them as new as others, with a state now and then.
    private struct Changes {
        static let stride = 150
        static let stream = ConfiguredStream.test(
            "t",
            [
                ("id", ["type": "integer"]), ("v", ["type": "integer"]), ("name", ["type": "string"]),
                ("_ab_cdc_deleted_at", ["type": "string"]),
            ], mode: .appendDedup, key: [["id"]], cursor: ["v"])
        private(set) var lines: [String] = []
        private(set) var rows: [Int: String] = [:]

        init(_ count: Int, deleting: Bool, _ random: inout SeededRandom) {
            for index in 0..<count {
                let id = Int.random(in: 0..<1500, using: &random)
                let pad = String(repeating: "p", count: Int.random(in: 0..<9000, using: &random))
                let isDeleted = deleting && index > count / 4 && Int.random(in: 0..<6, using: &random) == 0
                let end = isDeleted ? #""2024-01-01T00:00:00Z""# : "null"
                let data =
                    #"{"id":\#(id),"v":\#(index / 5),"name":"\#(index) \#(pad)","_ab_cdc_deleted_at":\#(end)}"#
                lines.append(Messages.record("t", data, at: Int64(1000 + index / 7)))
                rows[id] = isDeleted ? nil : "\(id)|\(index / 5)|\(index)"
                if index % Self.stride == Self.stride - 1 { lines.append(Messages.state("t", index)) }
            }
        }
    }

    @Test(arguments: [(1, false), (2, true), (3, true)] as [(UInt64, Bool)])
    func `wherever it is killed, repeating from the last state leaves each key's newest row`(
        seed: UInt64, deleting: Bool
    ) async throws {
        Signals.ignoreBrokenPipes()
        var random = SeededRandom(seed: seed)
        let changes = Changes(10_000, deleting: deleting, &random)
        let destination = try await DestinationUnderTest(.postgres)
        var (from, killed) = (0, 0)
        while from < changes.lines.count {
            // The last ones are let live.
            let delay: Duration? = killed < 6 ? .milliseconds(Int.random(in: 60...1500, using: &random)) : nil
            let (exit, acknowledged) = try await Self.attempt(
                destination, changes.lines, from: from, killedAfter: delay)
            from = acknowledged
            guard exit != .exited(0) else { break }
            #expect(exit == .signalled(9))
            killed += 1
        }
        let expected = changes.rows.values.sorted()
        #expect(
            try await destination.rows("SELECT id || '|' || v || '|' || split_part(name, ' ', 1) FROM t").sorted()
                == expected)
        #expect(
            try await destination.rows(
                "SELECT count(*) FROM pg_index WHERE indrelid = 't'::regclass AND indisunique") == ["1"])
        // All of it again changes nothing.
        let (exit, _) = try await Self.attempt(destination, changes.lines, from: 0, killedAfter: nil)
        #expect(exit == .exited(0))
        #expect(
            try await destination.rows("SELECT count(*), count(DISTINCT id) FROM t") == [
                "\(expected.count)|\(expected.count)"
            ])
    }

    /// How it ended, and the place of the line behind the last state that came back.
    private static func attempt(
        _ destination: DestinationUnderTest, _ lines: [String], from: Int, killedAfter delay: Duration?
    ) async throws -> (exit: ChildExit, acknowledged: Int) {
        let running = try await Thread.value {
            try ConnectorProcessTests.Running(destination, [Changes.stream])
        }
        async let writing: Void = Thread.value {
            // A killed reader is no fault.
            for start in Swift.stride(from: from, to: lines.count, by: 100) {
                do { try running.send(Array(lines[start..<min(start + 100, lines.count)])) } catch { break }
            }
            running.input.close()
        }
        async let reading = Thread.value {
            let places = Dictionary(
                lines.enumerated().filter { $0.element.hasSuffix(#""type":"STATE"}"#) }.map {
                    ($0.element, $0.offset + 1)
                },
                uniquingKeysWith: { first, _ in first })
            let reader = LineReader(running.output.raw)
            var last = from
            while case .line(let line) = try reader.next() {
                if let place = places[String(decoding: line, as: UTF8.self)] { last = place }
            }
            return last
        }
        if let delay {
            try await Task.sleep(for: delay)
            running.child.signal(.kill)
        }
        await writing
        let acknowledged = try await reading
        return (await Thread.value { running.child.wait() }, acknowledged)
    }
}
