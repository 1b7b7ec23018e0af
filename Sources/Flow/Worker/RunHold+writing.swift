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

    /// Tries until the database answers or the run is lost.
    func keepTrying<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await lease.keepTrying(runtime) {
                if let lost = loss.value { throw lost }
                return try await body()
            }
        } catch {
            throw departure(for: error) ?? error
        }
    }
}
