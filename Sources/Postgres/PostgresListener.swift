import CPostgres
import Glibc
import Posix
import SQL
import Synchronization

/// Holds the one connection that listens, on its own thread, and posts what it hears on a board.
///
/// Each channel is posted once when listening to it has begun, also after a reconnect: what was notified before that
/// was lost.
final class PostgresListener: Sendable {
    private struct State {
        var started = false
        var stopped = false
    }

    private let settings: PostgresSettings
    private let board: NoticeBoard
    private let wakeUp = WakeUp()
    private let state = Mutex(State())

    init(_ settings: PostgresSettings, _ board: NoticeBoard) {
        var settings = settings
        settings.preparedStatements = 0
        settings.applicationName += " listener"
        self.settings = settings
        self.board = board
    }

    /// Starts listening to what the board's listeners want to hear now; the thread begins with the first of them.
    func channelsChanged() {
        let start = state.withLock { state in
            defer { state.started = true }
            return !state.started && !state.stopped
        }
        if start { Thread.start { self.run() } }
        wakeUp.ring()
    }

    /// Ends the thread soon.
    func stop() {
        state.withLock { $0.stopped = true }
        wakeUp.ring()
    }

    private var isStopped: Bool { state.withLock { $0.stopped } }

    private func run() {
        var backoff = Backoff(from: .milliseconds(100), to: .seconds(5))
        while !isStopped {
            do {
                let connection = try PostgresConnection(settings)
                backoff = Backoff(from: .milliseconds(100), to: .seconds(5))
                try listen(on: connection)
            } catch {
                // Listening only speeds things up: those who wait poll as well, so there is nobody to tell.
                let end = ContinuousClock.now + backoff.pause()
                while !isStopped, end > .now { wakeUp.wait(for: end - .now) }
            }
        }
    }

    /// Returns when stopped; throws when the connection broke.
    private func listen(on connection: PostgresConnection) throws {
        var heard: Set<String> = []
        while !isStopped {
            let wanted = board.channels
            for channel in heard.subtracting(wanted) {
                _ = try connection.simple("UNLISTEN \(SQLText.identifier(channel))")
            }
            for channel in wanted.subtracting(heard) {
                _ = try connection.simple("LISTEN \(SQLText.identifier(channel))")
                board.post(channel)
            }
            heard = wanted
            let handle = try connection.opened()
            while let notice = PQnotifies(handle) {
                board.post(String(cString: notice.pointee.relname))
                PQfreemem(notice)
            }
            wakeUp.wait(for: nil, or: PQsocket(handle))
            guard PQconsumeInput(handle) == 1 else { throw connection.failure(nil) }
        }
    }
}
