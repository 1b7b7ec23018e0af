/// How a run ended.
package enum RunResult<Output: Sendable>: Sendable {
    case succeeded(Output)
    case failed(RunFailure)
    case cancelled(reason: String)

    /// The output; throws the failure, or `Cancelled`.
    package func get() throws -> Output {
        switch self {
        case .succeeded(let output): output
        case .failed(let failure): throw failure
        case .cancelled(let reason): throw Cancelled(reason)
        }
    }
}

extension RunResult: Equatable where Output: Equatable {}
