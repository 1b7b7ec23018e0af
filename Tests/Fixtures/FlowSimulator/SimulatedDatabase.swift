import SQL

/// One process's way to the database. Each call takes simulated time before and after its transaction, which happens
/// at one instant, and meets what the network does to it.
struct SimulatedDatabase: Database {
    let process: SimulatedProcess

    var dialect: Dialect { .simulated }

    func read<Value: Sendable>(_ body: @escaping @Sendable (any Session) throws -> Value) async throws -> Value {
        try await call(writes: false, body)
    }

    func write<Value: Sendable>(_ body: @escaping @Sendable (any Session) throws -> Value) async throws -> Value {
        try await call(writes: true, body)
    }

    func notices(on channel: String) -> AsyncStream<Void> { process.world.network.listen(to: channel, process) }

    func close() async {}

    private func call<Value: Sendable>(
        writes: Bool, _ body: @escaping @Sendable (any Session) throws -> Value
    ) async throws -> Value {
        if process.isDead || Task.isCancelled { throw CancellationError() }
        let request = Request(process: process, writes: writes, body: body)
        let id = process.hold { request.answer.settle(.failure($0)) }
        defer { process.letGo(id) }
        request.send()
        return try await withTaskCancellationHandler {
            try await request.answer.value()
        } onCancel: {
            request.withdraw()
        }
    }
}
