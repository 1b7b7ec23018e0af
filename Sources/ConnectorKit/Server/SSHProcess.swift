import Posix
import Synchronization

/// A running `ssh`, and what it says.
final class SSHProcess: Sendable {
    enum Start {
        case ready, ended
        /// It has neither ended nor got anywhere in time.
        case silent
    }

    private let child: Child
    private let output: Descriptor
    private let complaints: Complaints

    /// Starts it; of the request's descriptors only the first counts.
    init(_ request: ChildRequest) throws {
        let (output, errors) = try (Pipe(), Pipe())
        var request = request
        request.descriptors = [request.descriptors[0], output.writer, errors.writer]
        let complaints = Complaints(errors.reader)
        let birth = Birth()
        Thread.start { [request] in
            let result = Result { () throws(PosixError) in try Child.spawn(request) }
            birth.tell(result)
            // The process dies with the thread that started it, which therefore stays.
            guard case .success(let child) = result else { return }
            complaints.readToEnd()
            _ = child.wait()
        }
        let result = birth.result()
        output.writer.close()
        errors.writer.close()
        child = try result.get()
        self.output = output.reader
        self.complaints = complaints
    }

    var hasEnded: Bool { child.wait(until: BootClock.now) != nil }

    /// The end of what it wrote to its standard error since the last time.
    func takeWords() -> String { complaints.takeText() }

    /// Waits for the line that says that the tunnel is open.
    func waitUntilReady(for patience: Duration) -> Start {
        let deadline = BootClock.now + patience
        guard Poll.wait([.readable(output)], until: deadline) == [true] else { return .silent }
        if let bytes = try? output.read(upTo: 64), !bytes.isEmpty { return .ready }
        return child.wait(until: deadline) == nil ? .silent : .ended
    }

    /// Ends it and waits for that.
    func end() {
        child.signal(.kill)
        _ = child.wait()
    }

    /// Hands the process over from the thread that starts it.
    private final class Birth: Sendable {
        private let value = Mutex<Result<Child, PosixError>?>(nil)
        private let isThere = Semaphore()

        func tell(_ result: Result<Child, PosixError>) {
            value.withLock { $0 = result }
            isThere.signal()
        }

        func result() -> Result<Child, PosixError> {
            isThere.wait()
            return value.withLock { $0 } ?? .failure(PosixError(.other, "The program ssh was not started."))
        }
    }

    /// Takes a stream of complaints as it comes, so that it never stands still, and keeps the end of it.
    private final class Complaints: Sendable {
        private static let keptBytes = 8192
        private let source: Descriptor
        private let kept = Mutex<[UInt8]>([])

        init(_ source: Descriptor) { self.source = source }

        func readToEnd() {
            while true {
                _ = Poll.wait([.readable(source)])
                // Ready with nothing in it is the end.
                if !take() { return }
            }
        }

        func takeText() -> String {
            take()
            let bytes = kept.withLock { kept in
                defer { kept = [] }
                return kept
            }
            return String(decoding: bytes, as: UTF8.self)
        }

        /// Takes what is there; false where nothing is.
        @discardableResult
        private func take() -> Bool {
            kept.withLock { kept in
                var found = false
                while source.unread > 0, let bytes = try? source.read(upTo: 4096), !bytes.isEmpty {
                    kept += bytes
                    kept.removeFirst(max(0, kept.count - Self.keptBytes))
                    found = true
                }
                return found
            }
        }
    }
}
