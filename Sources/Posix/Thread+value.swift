extension Thread {
    /// Runs `body`, which may block, on a thread of its own and waits for its value without holding a pool thread.
    ///
    /// Cancellation does not stop `body`: whoever must be able to stop it says so inside.
    package static func value<Value: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
            start {
                do throws(Failure) {
                    continuation.resume(returning: .success(try body()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }
}
