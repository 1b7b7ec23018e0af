import SQL

/// The way between the processes and the database.
final class Network {
    private struct Listener {
        let id: Int
        let channel: String
        let process: SimulatedProcess
        let continuation: AsyncStream<Void>.Continuation
    }

    private unowned let world: World
    /// How often a write meets a fault of a kind by itself.
    var shares: [(Fault, Double)] = []
    /// Faults that the next writes or notices meet.
    var armed: [Fault] = []
    var isAway = false
    /// Whether ways often take long in this seed.
    var isSlow = false
    private var listeners: [Listener] = []
    private var lastID = 0

    init(_ world: World) { self.world = world }

    /// How long a way takes.
    func latency() -> Int64 {
        world.random.isLucky(isSlow ? 0.4 : 0.05)
            ? world.random.time(0.01, isSlow ? 2 : 0.4) : world.random.time(0.0002, 0.01)
    }

    func reaches(_ process: SimulatedProcess) -> Bool { !isAway && !process.machine.isPartitioned }

    /// What the request that is being sent will meet.
    func nextFault(for writes: Bool) -> Fault? {
        next { fault in
            switch fault {
            case .lostRequest, .lateAnswer: true
            case .lostNotice, .lockedRow: false
            default: writes
            }
        }
    }

    /// Whether another transaction holds a row that a statement would take.
    func holdsRow() -> Bool { next { $0 == .lockedRow } != nil }

    private func next(_ fits: (Fault) -> Bool) -> Fault? {
        if let index = armed.firstIndex(where: fits) {
            let fault = armed.remove(at: index)
            world.count(fault)
            return fault
        }
        for (fault, share) in shares where fits(fault) && world.random.isLucky(share) {
            world.count(fault)
            return fault
        }
        return nil
    }

    func listen(to channel: String, _ process: SimulatedProcess) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        lastID += 1
        let id = lastID
        listeners.append(Listener(id: id, channel: channel, process: process, continuation: continuation))
        let world = world
        continuation.onTermination = { _ in world.network.listeners.removeAll { $0.id == id } }
        continuation.yield()
        return stream
    }

    func post(_ channels: [String]) {
        for channel in channels {
            for listener in listeners where listener.channel == channel {
                if next({ $0 == .lostNotice }) != nil { continue }
                if reaches(listener.process) {
                    deliver(to: listener.id, after: latency())
                }
            }
        }
    }

    /// Wakes everybody for nothing.
    func makeUp() {
        for listener in listeners { deliver(to: listener.id, after: latency()) }
    }

    private func deliver(to id: Int, after pause: Int64) {
        world.plan(at: world.now + pause) { [self] in
            guard let listener = listeners.first(where: { $0.id == id }) else { return }
            world.count(event: "notice \(listener.channel) at \(listener.process.label)")
            listener.continuation.yield()
        }
    }
}
