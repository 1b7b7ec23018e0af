internal import CPosix
import Glibc

/// What this process does with signals. A child gets the system's defaults back.
package enum Signals {
    /// A write to a closed pipe becomes an error instead of the end of the program. The first line of every `main`.
    package static func ignoreBrokenPipes() { ignore(SIGPIPE) }

    package static func ignore(_ signals: [Signal]) {
        for signal in signals { ignore(signal.rawValue) }
    }

    /// The signals that arrive from now on, in order; they no longer end the program.
    ///
    /// The last call for a signal takes it over. When the consumer stops, further ones are lost, not fatal.
    package static func stream(of signals: [Signal]) throws(PosixError) -> AsyncStream<Signal> {
        let pipe = try Pipe()
        try pipe.writer.setNonblocking()
        let (stream, continuation) = AsyncStream.makeStream(of: Signal.self)
        Thread.start(stack: 1 << 16) {
            // The thread lives as long as the program, and with it both ends: a handler may write at any time.
            while let byte = try? pipe.reader.read(upTo: 1).first {
                if let signal = Signal(rawValue: Int32(byte)) { continuation.yield(signal) }
            }
            pipe.writer.close()
        }
        for signal in signals {
            if cposix_catch_signal(signal.rawValue, pipe.writer.raw) != 0 {
                throw PosixError(errno: errno, "listen for signal \(signal.rawValue)")
            }
        }
        return stream
    }

    private static func ignore(_ number: Int32) { _ = cposix_ignore_signal(number) }
}
