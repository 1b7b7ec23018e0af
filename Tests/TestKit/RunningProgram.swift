import Glibc
package import Posix
import Synchronization

/// One of our programs, running as a process of its own; it dies with this object and with the test's process.
package final class RunningProgram: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) { self.description = description }
    }

    package let name: String
    private let child: Child
    private let outputPath: String

    /// Starts a program that was built beside the tests. What it writes, to either output, goes into a file of
    /// `directory`. It gets exactly this environment.
    ///
    /// - Parameter prefix: a command that becomes the program, such as one that enters a namespace first.
    package static func start(
        _ name: String, _ arguments: [String] = [], environment: [String: String], directory: String,
        prefix: [String] = []
    ) async throws -> RunningProgram {
        let outputPath = "\(directory)/output-\(name)-\(UUID())"
        let output = try Descriptor.open(outputPath, O_WRONLY | O_CREAT | O_APPEND)
        let words = prefix + ["\(Program.directory)/\(name)"] + arguments
        var request = ChildRequest(
            words[0], Array(words.dropFirst()), environment: environment, directory: directory)
        request.descriptors = [nil, output, output]
        request.diesWithThread = true
        let order = request
        let child: Child = try await withCheckedThrowingContinuation { continuation in
            // The thread lives as long as the program: when the test's process dies, so does the program.
            Thread.start {
                do {
                    let child = try Child.spawn(order)
                    continuation.resume(returning: child)
                    _ = child.wait()
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
        return RunningProgram(name, child, outputPath)
    }

    private init(_ name: String, _ child: Child, _ outputPath: String) {
        self.name = name
        self.child = child
        self.outputPath = outputPath
    }

    deinit { child.signal(.kill) }

    package var pid: Int32 { child.pid }

    /// Everything it has written so far, to both outputs.
    package var output: String {
        String(decoding: (try? SecureFile.read(outputPath, limit: 64 << 20)) ?? [], as: UTF8.self)
    }

    /// The port that it has said it listens on; waits until it has, and throws when it ends without.
    package func port() async throws -> UInt16 {
        while true {
            let ended = child.wait(until: BootClock.now) != nil
            if let port = Self.port(in: output) { return port }
            if ended { throw Failure(description: "\(name) ended without listening: \(output)") }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private static func port(in output: String) -> UInt16? {
        for line in output.split(separator: "\n") {
            for sign in ["http://127.0.0.1:", "Listening on 127.0.0.1, port "] {
                guard let place = line.firstRange(of: sign) else { continue }
                if let port = UInt16(line[place.upperBound...].prefix { $0.isASCII && $0.isNumber }) { return port }
            }
        }
        return nil
    }

    package var hasEnded: Bool { child.wait(until: BootClock.now) != nil }

    package func exit() async -> ChildExit { await child.exit() }

    package func terminate() { child.signal(.terminate) }

    /// SIGKILL; returns when it is gone. What it started looks after itself.
    package func kill() async {
        child.signal(.kill)
        _ = await child.exit()
    }

    /// SIGSTOP: it freezes, and nothing that it started does.
    package func freeze() { _ = Glibc.kill(child.pid, SIGSTOP) }

    /// SIGCONT.
    package func thaw() { _ = Glibc.kill(child.pid, SIGCONT) }

    /// SIGTERM, then how it ended; a program that takes more than the ten seconds that it has is killed, which shows.
    package func stop() async -> ChildExit {
        child.signal(.terminate)
        let child = child
        return await Thread.value { () -> ChildExit in
            if let exit = child.wait(until: BootClock.now + .seconds(10)) { return exit }
            child.signal(.kill)
            return child.wait()
        }
    }

    /// Everything that came of it and still runs.
    package var descendants: [ProcessStatus] { ProcessTree.descendants(of: pid).filter { !$0.isGone } }

    /// The processes of its attempts.
    package var attempts: [ProcessStatus] {
        descendants.filter { $0.parent == pid && CommandLines.of($0.pid).dropFirst().first == "attempt" }
    }
}
