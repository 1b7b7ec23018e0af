package import HTTP
package import JSON
import Synchronization

/// Takes calls as a webhook does, on a free port of this machine, and keeps them.
package final class WebhookReceiver: Sendable {
    package struct Call: Sendable {
        package let method: HTTPMethod
        package let path: String
        package let headers: HTTPHeaders
        package let body: [UInt8]

        package var text: String { String(decoding: body, as: UTF8.self) }
        /// Null where the body is no JSON.
        package var json: JSON { (try? JSON.parse(body)) ?? .null }
    }

    private let server: HTTPServer
    private let kept: Kept

    private final class Kept: Sendable {
        let calls = Mutex<[Call]>([])
    }

    /// - Parameter answer: what the call of that number, counted from 0, is answered with.
    package init(answer: @escaping @Sendable (Int) async -> HTTPResponse = { _ in .text(200, "ok") }) throws {
        let kept = Kept()
        self.kept = kept
        server = try HTTPServer(
            host: "127.0.0.1", errorBody: { error, _, _ in Array(error.message.utf8) },
            handler: { request in
                let call = Call(
                    method: request.method, path: request.path, headers: request.headers, body: request.body)
                let number = kept.calls.withLock { calls in
                    calls.append(call)
                    return calls.count - 1
                }
                return await answer(number)
            })
    }

    /// Without a path.
    package var address: String { "http://127.0.0.1:\(server.port)" }

    package var calls: [Call] { kept.calls.withLock { $0 } }

    /// The calls, as soon as there are so many.
    package func calls(_ count: Int) async throws -> [Call] {
        try await eventually { calls.count >= count }
        return calls
    }

    package func stop() async { await server.stop(grace: .zero) }
}
