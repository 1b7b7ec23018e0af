import ConnectorKit
import Posix
import Postgres
import Synchronization

/// The connections that a read may have at once, its first one among them.
final class Connections: Sendable {
    let settings: SourceSettings
    private let output: ConnectorOutput
    private let free: Mutex<Int>

    init(_ settings: SourceSettings, _ output: ConnectorOutput) {
        self.settings = settings
        self.output = output
        free = Mutex(settings.connections - 1)
    }

    /// Runs `body` with one more connection on a thread of `group`; false where there may be no more. One that cannot be
    /// opened, or of which `body` throws that it is of no use, is not tried again: the read goes on with fewer.
    func lend(in group: ThreadGroup, to body: @escaping @Sendable (PostgresConnection) throws -> Void) -> Bool {
        guard take() else { return false }
        group.start { [self] in
            do {
                let connection = try settings.connect()
                defer { connection.close() }
                try body(connection)
                giveBack()
            } catch {
                let reason = ConnectorError(error).message
                try? output.log(.warn, "The read goes on with fewer connections, since another one failed. \(reason)")
            }
        }
        return true
    }

    var hasFree: Bool { free.withLock { $0 > 0 } }

    /// Of a connection that is needed no more.
    func giveBack() { free.withLock { $0 += 1 } }

    private func take() -> Bool {
        free.withLock { free in
            guard free > 0 else { return false }
            free -= 1
            return true
        }
    }
}
