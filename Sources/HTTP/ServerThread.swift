import CMicroHTTPD
import Glibc

/// A thread for what blocks: waiting on sockets, and joining the threads of libmicrohttpd. It takes no signals.
struct ServerThread: Sendable {
    private let handle: pthread_t

    init(_ body: @escaping @Sendable () -> Void) throws(HTTPError) {
        var all = sigset_t()
        var old = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &old)
        defer { pthread_sigmask(SIG_SETMASK, &old, nil) }
        var handle = pthread_t()
        let box = Unmanaged.passRetained(Body(run: body))
        let result = pthread_create(
            &handle, nil,
            { box in
                guard let box else { return nil }
                Unmanaged<Body>.fromOpaque(box).takeRetainedValue().run()
                return nil
            }, box.toOpaque())
        guard result == 0 else {
            box.release()
            throw HTTPError(.cannotListen, "No thread can be started (error \(result)); raise the limit of threads.")
        }
        self.handle = handle
    }

    /// Runs `body` on a thread that nobody joins.
    static func detach(_ body: @escaping @Sendable () -> Void) throws(HTTPError) {
        pthread_detach(try ServerThread(body).handle)
    }

    /// Waits, blocking, until the thread has ended. Call it exactly once.
    func join() { pthread_join(handle, nil) }

    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
