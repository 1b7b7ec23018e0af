package import Posix

/// What the engine takes from the machine it runs on: time, chance and where its tasks run. A simulation puts its own
/// in their place.
package struct FlowRuntime: Sendable {
    /// The time since the machine started; deadlines count on it.
    package var now: @Sendable () -> BootInstant
    /// Returns when `pause` has passed; throws `CancellationError` where the task is cancelled first.
    package var sleep: @Sendable (_ pause: Duration) async throws -> Void
    /// A number in 0 ..< 1.
    package var chance: @Sendable () -> Double
    /// A name that nothing else has.
    package var id: @Sendable () -> String
    /// Nil: the program's own.
    package var executor: (any TaskExecutor)?

    package init(
        now: @escaping @Sendable () -> BootInstant, sleep: @escaping @Sendable (Duration) async throws -> Void,
        chance: @escaping @Sendable () -> Double, id: @escaping @Sendable () -> String,
        executor: (any TaskExecutor)? = nil
    ) {
        self.now = now
        self.sleep = sleep
        self.chance = chance
        self.id = id
        self.executor = executor
    }

    /// The machine's own.
    package static let system = FlowRuntime(
        now: { BootClock.now }, sleep: { try await Task.sleep(for: $0) }, chance: { .random(in: 0..<1) },
        id: { UUID().description })

    /// A task of its own, which no cancellation of the caller's reaches.
    @discardableResult
    func task<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) -> Task<Value, any Error> {
        Task(executorPreference: executor) { try await body() }
    }

    /// Runs `body` in a task that outlives the cancellation of the caller's by `allowance`, so that what must still be
    /// written can be, and a database that does not answer holds nobody up for longer.
    func persisting<Value: Sendable>(
        allowance: Duration = .seconds(1), _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let work = task(body)
        return try await withTaskCancellationHandler {
            try await work.value
        } onCancel: {
            task {
                try? await sleep(allowance)
                work.cancel()
            }
        }
    }
}
