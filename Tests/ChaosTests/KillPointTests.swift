import JSON
import TestKit
import Testing

extension Chaos {
    /// `kill -9` of the attempt's process before every single step of its source and its destination: each line that the
    /// one writes, each line that the other reads, each state that it echoes, and both their ends.
    struct KillPointTests {
        @Test(
            .proves("9-old-table", "2.4-fenced", "2.4-echo"), arguments: KillPoint.Store.allCases,
            KillPoint.Mode.allCases)
        func `an attempt killed before any of its steps loses nothing and leaves the old table whole`(
            _ store: KillPoint.Store, _ mode: KillPoint.Mode
        ) async throws {
            let bench = try await KillPointBench(store, mode)
            let steps = try await bench.countSteps()
            let points =
                (0..<steps.source).map { KillPoint(killer: .source, step: $0) }
                + (0..<steps.destination).map { KillPoint(killer: .destination, step: $0) }
            #expect(points.count >= 60)
            // The short form takes each tenth, another tenth for each pair of store and mode.
            let offset = bench.number
            for (index, point) in points.enumerated() where Chaos.isLong || index % 10 == offset {
                try await bench.survive(point)
            }
            try await bench.stop()
        }
    }
}

/// Before which step the attempt is killed.
struct KillPoint: CustomStringConvertible {
    enum Store: String, CaseIterable, Sendable { case sqlite, postgres }

    enum Mode: String, CaseIterable, Sendable {
        case overwrite, append, dedup

        var syncMode: JSON { self == .overwrite ? "full_refresh" : "incremental" }
        var destinationSyncMode: JSON { self == .dedup ? "append_dedup" : .string(rawValue) }
    }

    enum Killer: String { case source, destination }

    let killer: Killer
    /// Counts from 0.
    let step: Int

    var description: String { "killed before step \(step) of the \(killer.rawValue)" }
}
