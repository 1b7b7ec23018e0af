internal import CCurl
import Posix
import Synchronization

/// Makes calls over HTTP, each on a thread of its own: what users name as receivers of notifications and webhooks.
///
/// Redirects are not followed, certificates are verified, and the address that is connected to is checked, not the name
/// that led to it. Cancelling the task ends the call within a second; whether the receiver got it is then unknown.
package struct HTTPClient: Sendable {
    package let settings: HTTPClientSettings

    package init(_ settings: HTTPClientSettings = HTTPClientSettings()) { self.settings = settings }

    /// Any status is an answer. Throws `HTTPCallError` where there is none, and `CancellationError`.
    package func send(_ call: HTTPCall) async throws -> HTTPReply {
        guard Self.isReady else { throw HTTPCallError(.library, "libcurl could not be set up.") }
        try call.check()
        let abortion = Abortion()
        let settings = settings
        return try await withTaskCancellationHandler {
            try await Thread.value { try Transfer(call, settings, abortion).run() }
        } onCancel: {
            abortion.isAskedFor.store(true, ordering: .relaxed)
        }
    }

    /// Once in the life of the process, before any thread calls.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// Lets another thread end a call.
    final class Abortion: Sendable {
        let isAskedFor = Atomic(false)
    }
}

extension HTTPCall {
    /// A line break in a header would let its author write further ones.
    fileprivate func check() throws(HTTPCallError) {
        for (name, value) in headers {
            guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }),
                value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
            else { throw HTTPCallError(.refused, "A header of the call holds characters that cannot be sent.") }
        }
    }
}
