import Posix

/// A bounded set of connections that callers borrow; those that find none wait in the order in which they came.
///
/// Unchecked: the state is used under the lock.
package final class Pool<Connection: Sendable>: @unchecked Sendable {
    private struct Waiter {
        let id: Int
        let continuation: CheckedContinuation<Connection, any Error>
    }

    private struct State {
        var idle: [Connection] = []
        var made = 0
        var waiters: [Waiter] = []
        var lastID = 0
        var closed = false
        var closers: [CheckedContinuation<Void, Never>] = []
    }

    private let limit: Int
    private let make: @Sendable () -> Connection
    private let lock = Lock()
    private var state = State()

    /// `make` is called when every connection is lent out and the limit is not reached; it must not block.
    package init(limit: Int, make: @escaping @Sendable () -> Connection) {
        self.limit = max(1, limit)
        self.make = make
    }

    /// How many callers wait.
    package var waiting: Int { locked { $0.waiters.count } }

    /// Lends a connection to `body`. A caller that is cancelled while it waits leaves the queue.
    package func lend<Value: Sendable>(
        _ body: @Sendable (Connection) async throws -> Value
    ) async throws -> Value {
        let connection = try await take()
        defer { giveBack(connection) }
        return try await body(connection)
    }

    /// Refuses new callers, waits until everything lent has come back, and hands over the connections to be closed.
    package func close() async -> [Connection] {
        let waiters = locked { state in
            state.closed = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume(throwing: Self.closedError) }
        await withCheckedContinuation { continuation in
            let done = locked { state in
                if state.idle.count == state.made { return true }
                state.closers.append(continuation)
                return false
            }
            if done { continuation.resume() }
        }
        return locked { state in
            defer {
                state.idle = []
                state.made = 0
            }
            return state.idle
        }
    }

    private func locked<Value>(_ body: (inout State) -> Value) -> Value {
        lock.lock()
        defer { lock.unlock() }
        return body(&state)
    }

    private enum Found {
        case connection(Connection)
        case room
        case nothing
        case refused(any Error)
    }

    private func take() async throws -> Connection {
        // Whoever waits was here before, but nobody waits while a connection is idle.
        let idle = locked { state in state.closed ? nil : state.idle.popLast() }
        if let idle {
            guard Task.isCancelled else { return idle }
            giveBack(idle)
        }
        let id = locked { state in
            state.lastID += 1
            return state.lastID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                // The flag is set before the handler below runs, so a cancellation is seen here or finds the waiter.
                let found: Found = locked { state in
                    if state.closed { return .refused(Self.closedError) }
                    if Task.isCancelled { return .refused(CancellationError()) }
                    if let connection = state.idle.popLast() { return .connection(connection) }
                    if state.made < limit {
                        state.made += 1
                        return .room
                    }
                    state.waiters.append(Waiter(id: id, continuation: continuation))
                    return .nothing
                }
                switch found {
                case .connection(let connection): continuation.resume(returning: connection)
                case .room: continuation.resume(returning: make())
                case .nothing: break
                case .refused(let error): continuation.resume(throwing: error)
                }
            }
        } onCancel: {
            let waiter = locked { state in
                state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }

    private func giveBack(_ connection: Connection) {
        let (waiter, closers) = locked { state -> (Waiter?, [CheckedContinuation<Void, Never>]) in
            if !state.waiters.isEmpty { return (state.waiters.removeFirst(), []) }
            state.idle.append(connection)
            guard state.closed, state.idle.count == state.made else { return (nil, []) }
            defer { state.closers = [] }
            return (nil, state.closers)
        }
        waiter?.continuation.resume(returning: connection)
        for closer in closers { closer.resume() }
    }

    private static var closedError: DatabaseError {
        DatabaseError(.unavailable, "The database was closed; the program is stopping.")
    }
}
