import Glibc
import Posix

/// Ends the process on SIGTERM and SIGINT without cutting a message in two.
enum Termination {
    /// What a shell reports of a process that ended by SIGTERM; Airbyte counts it as no failure.
    private static let exitCode: CInt = 143

    /// To be called first, while there is one thread: later ones inherit what is blocked here.
    static func prepare() {
        signal(SIGPIPE, SIG_IGN)
        var set = signals
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    static func watch(_ output: ConnectorOutput) {
        Thread.start(stack: 1 << 17) {
            var set = signals
            var received: CInt = 0
            while sigwait(&set, &received) != 0 {}
            // A reader that is gone must not hold us up.
            for _ in 0..<50 {
                if output.leave({ _exit(exitCode) }) { return }
                usleep(10_000)
            }
            _exit(exitCode)
        }
    }

    private static var signals: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        return set
    }
}
