import Posix
import SQL
import Synchronization

/// Records the results of a worker's steps. What comes in while one transaction commits goes into the next one
/// together, so that many runs share a commit and none waits for more than two.
final class StepWriter: Sendable {
    struct Result: Sendable {
        let fence: RunFence
        let name: StepName
        let value: String
        /// How long the step took.
        let spent: Duration
    }

    private struct Entry: Sendable {
        let result: Result
        let continuation: CheckedContinuation<Bool, any Error>
    }

    private struct State {
        var entries: [Entry] = []
        var isWriting = false
    }

    /// More would keep the runs of the first waiting for the last.
    private static let limit = 128

    private let database: any Database
    private let lease: WorkerLease
    private let runtime: FlowRuntime
    private let state = Mutex(State())

    init(database: any Database, lease: WorkerLease, runtime: FlowRuntime) {
        self.database = database
        self.lease = lease
        self.runtime = runtime
    }

    /// Returns once the result is committed; false where nothing was written, because the run is not held under the
    /// fence any more or the step is recorded already. Waits for a database that is away as long as the lease lasts.
    func record(_ result: Result) async throws -> Bool {
        try await withCheckedThrowingContinuation { continuation in
            let begins = state.withLock { state in
                state.entries.append(Entry(result: result, continuation: continuation))
                defer { state.isWriting = true }
                return !state.isWriting
            }
            if begins { runtime.task { await self.write() } }
        }
    }

    private func write() async {
        while let batch = next() {
            do { try await write(batch) } catch {
                if batch.count > 1, !(error is LeaseLost) {
                    // One of them may be what the database refuses; each by itself, so that it fails alone.
                    for entry in batch { await writeAlone(entry) }
                } else {
                    for entry in batch { entry.continuation.resume(throwing: error) }
                }
            }
        }
    }

    private func next() -> [Entry]? {
        state.withLock { state in
            if state.entries.isEmpty {
                state.isWriting = false
                return nil
            }
            let batch = Array(state.entries.prefix(Self.limit))
            state.entries.removeFirst(batch.count)
            return batch
        }
    }

    private func write(_ batch: [Entry]) async throws {
        let results = batch.map(\.result)
        let written = try await lease.keepTrying(runtime) { [database, lease] in
            try await database.commit(StepInsert(results, by: lease.worker).query(database.dialect))
        }
        let keys = try StepInsert.keys(of: written)
        for entry in batch { entry.continuation.resume(returning: keys.contains(StepKey(entry.result))) }
    }

    private func writeAlone(_ entry: Entry) async {
        do { try await write([entry]) } catch { entry.continuation.resume(throwing: error) }
    }
}

/// A step among those of all runs.
struct StepKey: Hashable, Sendable {
    let run: RunID
    let name: String

    init(run: RunID, name: String) {
        self.run = run
        self.name = name
    }

    init(_ result: StepWriter.Result) { self.init(run: result.fence.run, name: result.name.text) }
}
