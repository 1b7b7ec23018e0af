import Glibc
import Posix

/// What an attempt's process is: the owner of the connectors and, on a second thread, their executioner.
///
/// It is a subreaper, so nothing that came of a connector escapes it while it lives. If it is killed itself, its
/// connectors die with it and the worker kills, by their mark, what those left behind.
package enum AttemptGuard {
    /// Runs one attempt; for `main`, on the main thread, before anything else. Never returns.
    ///
    /// Ends with a `GuardExit`, after everything that the attempt started is dead and the job directory is gone.
    /// What `body` throws is written to the standard error, which the worker keeps the end of: no secret in it.
    package static func run(_ body: (AttemptContext) throws -> Void) -> Never {
        Signals.ignoreBrokenPipes()
        // A service manager signals the whole group; when to end is for the worker to say.
        Signals.ignore([.terminate, .interrupt, .hangUp])
        ProcessIdentity.hideMemory()
        let state: GuardState
        do {
            try ProcessTree.becomeSubreaper()
            state = try GuardState(environment: .current)
        } catch {
            say("\(error)")
            _exit(GuardExit.misused.rawValue)
        }
        Thread.start { ControlLoop(state: state).run() }
        let context = AttemptContext(state: state, plan: state.waitForPlan())
        do {
            try body(context)
        } catch {
            say("\(error)")
            state.end(.failed)
        }
        state.end(.done)
    }

    private static func say(_ text: String) {
        let errors = Array("\(text)\n".utf8)
        errors.withUnsafeBytes { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
