import Posix
import SQL
import Service

// Transactions on behalf of a held run.
extension RunHold {
    /// Runs `body` under the fence, again for as long as the database is unavailable and the lease lasts. It must bear
    /// being committed twice.
    func write<Value: Sendable>(_ body: @escaping @Sendable (any Session) throws -> Value) async throws -> Value {
        try await keepTrying { try await self.writeOnce(body) }
    }

    func writeOnce<Value: Sendable>(_ body: @escaping @Sendable (any Session) throws -> Value) async throws -> Value {
        try await database.write { [fence] session in
            try fence.verify(in: session)
            return try body(session)
        }
    }

    /// Tries until the database answers or the lease is lost.
    func keepTrying<Value>(_ body: () async throws -> Value) async throws -> Value {
        var pause = Duration.milliseconds(50)
        while true {
            if let lost = loss.value { throw lost }
            if lease.deadline <= BootClock.now { throw fence.lost }
            do { return try await body() } catch let error as DatabaseError where error.code == .unavailable {
                try await rest(pause)
                pause = min(pause * 2, .seconds(1))
            } catch {
                throw departure(for: error) ?? error
            }
        }
    }

    private func rest(_ pause: Duration) async throws {
        do { try await Task.sleep(for: pause) } catch { throw loss.value ?? error }
    }
}
