/// An answer that comes once. Only the simulation's thread touches it.
final class Pending<Value: Sendable>: @unchecked Sendable {
    private var continuation: UnsafeContinuation<Value, any Error>?
    private var answer: Result<Value, any Error>?

    /// Gives the answer; later ones change nothing.
    func settle(_ answer: Result<Value, any Error>) {
        guard self.answer == nil else { return }
        self.answer = answer
        continuation?.resume(with: answer)
        continuation = nil
    }

    var isSettled: Bool { answer != nil }

    func value() async throws -> Value {
        try await withUnsafeThrowingContinuation { continuation in
            if let answer { continuation.resume(with: answer) } else { self.continuation = continuation }
        }
    }
}
