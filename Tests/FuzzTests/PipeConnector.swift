import Glibc
import Posix
import Replication
import Synchronization

/// A connector that is a thread of this process: it writes given bytes in pieces, or answers what it is sent.
final class PipeConnector: RunningConnector {
    let input: Descriptor?
    let output: Descriptor
    let errorTail: [UInt8] = []
    private let exit = Mutex<ChildExit?>(nil)
    private let ended: Wakeup
    private let isStopped = Atomic(false)

    /// Writes `bytes`, a piece of `pieces` lengths at a time, and ends with `code`.
    init(writing bytes: [UInt8], pieces: [Int], code: Int32) throws {
        let pipe = try Pipe()
        ended = try Wakeup()
        input = nil
        output = pipe.reader
        let writer = pipe.writer
        Thread.start { [self] in
            var rest = bytes[...]
            var index = 0
            while !rest.isEmpty, !isStopped.load(ordering: .relaxed) {
                let piece = rest.prefix(max(1, pieces[index % pieces.count]))
                guard (try? writer.write(Array(piece))) != nil else { break }
                rest = rest.dropFirst(piece.count)
                index += 1
            }
            writer.close()
            finish(.exited(code))
        }
    }

    /// Hands each line to `answer` and writes what it returns; ends when its input does.
    init(answering answer: @escaping @Sendable ([UInt8]) -> [UInt8], code: Int32) throws {
        let incoming = try Pipe()
        let outgoing = try Pipe()
        ended = try Wakeup()
        input = incoming.writer
        output = outgoing.reader
        let (reader, writer) = (incoming.reader, outgoing.writer)
        Thread.start { [self] in
            var partial: [UInt8] = []
            while let part = try? reader.read(upTo: 1 << 16), !part.isEmpty {
                partial += part
                while let newline = partial.firstIndex(of: 10) {
                    let reply = answer(Array(partial[..<newline]))
                    partial.removeFirst(newline + 1)
                    if !reply.isEmpty, (try? writer.write(reply)) == nil { break }
                }
            }
            reader.close()
            writer.close()
            finish(.exited(code))
        }
    }

    private func finish(_ end: ChildExit) {
        exit.withLock { $0 = $0 ?? end }
        ended.signal()
    }

    func wait(until deadline: BootInstant) -> ChildExit? {
        while true {
            if let exit = exit.withLock({ $0 }) { return exit }
            if Poll.wait([.readable(ended.descriptor)], until: deadline) == [false] { return exit.withLock { $0 } }
        }
    }

    func waitForErrors(until deadline: BootInstant) -> Bool { true }

    func terminate(grace: Duration) -> ChildExit {
        isStopped.store(true, ordering: .relaxed)
        return wait(until: BootClock.now + .seconds(10)) ?? .signalled(9)
    }
}
