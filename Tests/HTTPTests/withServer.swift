import HTTP

func errorBody(_ error: HTTPError) -> [UInt8] { Array(#"{"message":"\#(error.message)"}"#.utf8) }

/// Runs a server for the length of a closure, on a free port.
func withServer(
    limits: HTTPLimits = HTTPLimits(), admission: HTTPServer.Admission? = nil, grace: Duration = .zero,
    handler: @escaping HTTPServer.Handler, _ body: (HTTPServer) async throws -> Void
) async throws {
    let server = try HTTPServer(
        host: "127.0.0.1", limits: limits, admission: admission, errorBody: { error, _, _ in errorBody(error) },
        handler: handler)
    do {
        try await body(server)
        await server.stop(grace: grace)
    } catch {
        await server.stop(grace: grace)
        throw error
    }
}

/// Answers with what it was asked.
let echo: HTTPServer.Handler = { request in
    .json(200, Array("\(request.method) \(request.path) \(request.body.count)".utf8))
}
