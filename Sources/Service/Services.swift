package import Log
package import Posix

/// The services of one program, run side by side and stopped together.
package struct Services: Sendable {
    private let services: [any Service]
    private let log: Log

    package init(_ services: [any Service], log: Log) {
        self.services = services
        self.log = log.named("services")
    }

    /// Runs until a signal arrives; a second one ends the grace at once.
    package func run(onSignals signals: AsyncStream<Signal>, grace: Duration = .seconds(9)) async throws {
        try await supervise(
            grace: grace,
            requests: AsyncStream { continuation in
                let reader = Task {
                    for await signal in signals { continuation.yield("signal \(signal.rawValue)") }
                    continuation.finish()
                }
                continuation.onTermination = { _ in reader.cancel() }
            })
    }

    /// Runs until `stop` returns. Then every service is asked to stop, and cancelled where that takes longer than
    /// `grace`. A service that throws stops the others; what it threw is thrown from here.
    package func run(until stop: @escaping @Sendable () async -> Void, grace: Duration = .seconds(9)) async throws {
        try await supervise(
            grace: grace,
            requests: AsyncStream { continuation in
                let waiter = Task {
                    await stop()
                    continuation.yield("a request")
                }
                continuation.onTermination = { _ in waiter.cancel() }
            })
    }

    private enum Event: Sendable {
        case asked(String)
        case noMoreRequests
        case graceOver
        case ended(String, (any Error)?)
    }

    private func supervise(grace: Duration, requests: AsyncStream<String>) async throws {
        let stop = StopSignal()
        let failure = await withTaskGroup(of: Event.self) { group -> (any Error)? in
            for service in services { group.addTask { await Self.outcome(of: service, stop: stop) } }
            group.addTask { await Self.next(of: requests) }
            var running = services.count
            var failure: (any Error)?

            func beginStop(_ group: inout TaskGroup<Event>) {
                guard !stop.isRequested else { return }
                stop.request()
                group.addTask {
                    try? await Task.sleep(for: grace)
                    return .graceOver
                }
            }

            while running > 0, let event = await group.next() {
                switch event {
                case .asked(let why) where stop.isRequested:
                    log.warning("Stopping now: asked again, by \(why).")
                    group.cancelAll()
                case .asked(let why):
                    log.info("Stopping: asked by \(why).")
                    beginStop(&group)
                    group.addTask { await Self.next(of: requests) }
                case .noMoreRequests:
                    // The requests end by themselves only when this very task is cancelled.
                    if Task.isCancelled { beginStop(&group) }
                case .graceOver:
                    log.warning("What has not stopped within its grace is cancelled.")
                    group.cancelAll()
                case .ended(let name, let error):
                    running -= 1
                    guard let error else { continue }
                    if failure == nil, !stop.isRequested { failure = error }
                    let effect = stop.isRequested ? "failed while stopping" : "failed, so the program stops"
                    log.error("\(name) \(effect): \(error)")
                    beginStop(&group)
                }
            }
            group.cancelAll()
            return failure
        }
        if let failure { throw failure }
    }

    private static func next(of requests: AsyncStream<String>) async -> Event {
        var iterator = requests.makeAsyncIterator()
        return await iterator.next().map(Event.asked) ?? .noMoreRequests
    }

    private static func outcome(of service: any Service, stop: StopSignal) async -> Event {
        let name = String(describing: type(of: service))
        do {
            if let service = service as? any GracefulService {
                try await service.run(until: stop)
            } else {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await service.run() }
                    group.addTask {
                        await stop.wait()
                        throw CancellationError()
                    }
                    defer { group.cancelAll() }
                    try await group.next()
                }
            }
            return .ended(name, nil)
        } catch is CancellationError where stop.isRequested || Task.isCancelled {
            return .ended(name, nil)
        } catch {
            return .ended(name, error)
        }
    }
}
