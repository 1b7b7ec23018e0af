import HTTPClient

/// What came of a call to a receiver, as a run's journal keeps it; no address and no answer is in it.
struct CallVerdict: Codable, Sendable {
    var succeeded: Bool
    /// Why it did not.
    var message: String?
    /// Whether another call may help.
    var isWorthAnother = false
    /// The pause that the receiver asks for.
    var pauseSeconds: Int64?

    static let success = CallVerdict(succeeded: true)

    /// - Parameter good: the statuses that count as a success.
    init(_ reply: HTTPReply, from address: WebAddress, good: ClosedRange<Int>) {
        succeeded = good.contains(reply.status)
        guard !succeeded else { return }
        pauseSeconds = reply.retryAfter?.components.seconds
        switch reply.status {
        case 300..<400:
            message = "\(address) answered \(reply.status) and names another address; redirects are not followed."
        case 408, 409, 425, 429, 500...:
            message = "\(address) answered \(reply.status)."
            isWorthAnother = true
        default: message = "\(address) answered \(reply.status); look at the address and at what it wants."
        }
    }

    init(_ error: HTTPCallError) {
        succeeded = false
        message = error.message
        isWorthAnother = error.code != .refused
    }

    init(succeeded: Bool, message: String? = nil) {
        self.succeeded = succeeded
        self.message = message
    }
}

extension HTTPClient {
    /// Makes the call and judges what came of it. Throws only where the caller is being stopped.
    func verdict(on call: HTTPCall, good: ClosedRange<Int>) async throws -> CallVerdict {
        do { return CallVerdict(try await send(call), from: call.address, good: good) } catch let error as HTTPCallError
        {
            return CallVerdict(error)
        }
    }
}
