import Posix
import TestKit

/// Python's own HTTP server on a free port, for a directory of files.
final class FileServer: Sendable {
    let port: Int
    private let child: Child

    init(_ directory: String) async throws {
        let script = """
            import http.server, functools, sys
            handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[1])
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
            print("port", server.server_address[1], flush=True)
            server.serve_forever()
            """
        (child, port) = try await Self.start("/usr/bin/env", ["python3", "-c", script, directory])
    }

    deinit { child.signal(.kill) }

    /// Starts a program that prints a line with the word port and the number, among others perhaps.
    static func start(_ program: String, _ arguments: [String]) async throws -> (Child, Int) {
        try await Thread.value {
            let output = try Pipe()
            var request = ChildRequest(program, arguments, environment: Environment.current.values)
            let quiet = try Descriptor.open("/dev/null", 1)
            request.descriptors = [nil, output.writer, quiet]
            let child = try Child.spawn(request)
            output.writer.close()
            var said = ""
            while true {
                let part = try output.reader.read(upTo: 4096)
                guard !part.isEmpty else {
                    throw RunningProgram.Failure(description: "\(program) ended before it said its port: \(said)")
                }
                said += String(decoding: part, as: UTF8.self)
                let lines = said.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                let port = lines.first { $0.hasPrefix("port ") }.flatMap { Int($0.dropFirst(5)) }
                if let port { return (child, port) }
            }
        }
    }
}
