/// Runs `body` in a task that outlives the cancellation of the caller's by `allowance`, so that what must still be
/// written can be, and a database that does not answer holds nobody up for longer.
func persisting<Value: Sendable>(
    allowance: Duration = .seconds(1), _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let task = Task { try await body() }
    return try await withTaskCancellationHandler {
        try await task.value
    } onCancel: {
        Task {
            try? await Task.sleep(for: allowance)
            task.cancel()
        }
    }
}
