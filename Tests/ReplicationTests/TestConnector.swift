import Airbyte
import Glibc
import JSON
import Posix
import Replication
import Synchronization

/// A connector made of a Python script, started without the launcher.
final class TestConnector: RunningConnector {
    let input: Descriptor?
    let output: Descriptor
    private let child: Child
    private let tail = Mutex<[UInt8]>([])
    private let errorsEnded: Wakeup

    struct NoPython: Error {}

    /// What stands between a connector and the attempt.
    enum Channel: Sendable, Equatable {
        case pipes(capacity: Int?)
        case sockets

        func open() throws(PosixError) -> (reader: Descriptor, writer: Descriptor) {
            switch self {
            case .pipes(let capacity):
                let pipe = try Pipe(capacity: capacity)
                return (pipe.reader, pipe.writer)
            case .sockets:
                var ends: [Int32] = [-1, -1]
                let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
                if socketpair(AF_UNIX, kind, 0, &ends) != 0 { throw PosixError(errno: errno, "make sockets") }
                return (Descriptor(owning: ends[0]), Descriptor(owning: ends[1]))
            }
        }
    }

    static let prelude = """
        import sys, json, time, os, signal
        def say(x):
            sys.stdout.write(json.dumps(x) + "\\n"); sys.stdout.flush()
        def record(stream, n, **more):
            say({"type": "RECORD", "record": {"stream": stream, "data": {"n": n}, "emitted_at": 1, **more}})
        def data(stream, value, **more):
            say({"type": "RECORD", "record": {"stream": stream, "data": value, "emitted_at": 1, **more}})
        def state(stream, value, namespace=None, **more):
            say({"type": "STATE", "state": {"type": "STREAM", "stream": {"stream_descriptor": {"name": stream, **({"namespace": namespace} if namespace else {})}, "stream_state": value}, **more}})
        def status(stream, value):
            say({"type": "TRACE", "trace": {"type": "STREAM_STATUS", "emitted_at": 1, "stream_status": {"stream_descriptor": {"name": stream}, "status": value}}})
        def error(message, **more):
            say({"type": "TRACE", "trace": {"type": "ERROR", "emitted_at": 5, "error": {"message": message, **more}}})

        """

    /// Keeps every line it reads in a file and echoes the states.
    static func echo(to path: String) -> String {
        """
        out = open("\(path)", "w")
        for line in sys.stdin:
            out.write(line); out.flush()
            if json.loads(line)["type"] == "STATE": sys.stdout.write(line); sys.stdout.flush()
        """
    }

    /// Echoes the states with counts of its own: `count` is an expression of the records `n` that came for the stream
    /// since its last state.
    static func counting(_ count: String, keeping lines: String) -> String {
        """
        out = open("\(lines)", "w")
        seen = {}
        for line in sys.stdin:
            out.write(line); out.flush()
            message = json.loads(line)
            if message["type"] == "RECORD":
                name = message["record"]["stream"]; seen[name] = seen.get(name, 0) + 1
            if message["type"] == "STATE":
                state = message["state"]
                if state["type"] == "STREAM": n = seen.pop(state["stream"]["stream_descriptor"]["name"], 0)
                else: n = sum(seen.values()); seen = {}
                state["destinationStats"] = \(count)
                say(message)
        """
    }

    init(
        _ script: String, takesInput: Bool, over channel: Channel = .pipes(capacity: nil),
        onErrorLine: @escaping @Sendable ([UInt8]) -> Void
    ) throws {
        guard let python = Program.find("python3", in: "/usr/bin:" + (Environment.current["PATH"] ?? "")) else {
            throw NoPython()
        }
        let inputPipe = takesInput ? try channel.open() : nil
        let outputPipe = try channel.open()
        let errors = try Pipe()
        errorsEnded = try Wakeup()
        var request = ChildRequest(python, ["-c", Self.prelude + script], environment: ["PATH": "/usr/bin:/bin"])
        request.descriptors = [inputPipe?.reader, outputPipe.writer, errors.writer]
        child = try Child.spawn(request)
        input = inputPipe?.writer
        output = outputPipe.reader
        let reader = errors.reader
        Thread.start { [self] in
            var partial: [UInt8] = []
            while let part = try? reader.read(upTo: 4096), !part.isEmpty {
                tail.withLock { $0 += part }
                partial += part
                while let newline = partial.firstIndex(of: 10) {
                    onErrorLine(Array(partial[..<newline]))
                    partial.removeFirst(newline + 1)
                }
            }
            errorsEnded.signal()
        }
    }

    var errorTail: [UInt8] { tail.withLock { $0 } }
    func wait(until deadline: BootInstant) -> ChildExit? { child.wait(until: deadline) }

    func waitForErrors(until deadline: BootInstant) -> Bool {
        Poll.wait([.readable(errorsEnded.descriptor)], until: deadline) == [true]
    }

    func terminate(grace: Duration) -> ChildExit {
        child.signalGroup(.terminate)
        _ = child.wait(until: BootClock.now + grace)
        kill(-child.pid, SIGKILL)
        return child.wait()
    }
}
