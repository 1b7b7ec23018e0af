import Posix
import Synchronization

/// What the worker wants of an attempt, left for the attendant's thread to do.
final class AttemptCommands: Sendable {
    struct Orders {
        var deadline: BootInstant
        var deadlineIsNews = false
        var cancelGrace: Duration?
        var cancelIsNews = false
        var kill = false
        fileprivate var end: AttemptEnd?
        fileprivate var waiting: [CheckedContinuation<AttemptEnd, Never>] = []
    }

    let wakeup: Wakeup
    private let orders: Mutex<Orders>

    init(deadline: BootInstant) throws(PosixError) {
        wakeup = try Wakeup()
        orders = Mutex(Orders(deadline: deadline))
    }

    /// A deadline never moves back: an older call that comes late changes nothing.
    func keepAlive(until deadline: BootInstant) {
        orders.withLock { orders in
            guard deadline > orders.deadline else { return }
            orders.deadline = deadline
            orders.deadlineIsNews = true
        }
        wakeup.signal()
    }

    func cancel(grace: Duration) {
        orders.withLock { orders in
            // The shortest grace asked for counts.
            guard grace < orders.cancelGrace ?? .seconds(Int64.max / 2) else { return }
            orders.cancelGrace = grace
            orders.cancelIsNews = true
        }
        wakeup.signal()
    }

    func kill() {
        orders.withLock { $0.kill = true }
        wakeup.signal()
    }

    /// What is wanted now; what is news is told once.
    func take() -> Orders {
        orders.withLock { orders in
            let taken = orders
            orders.deadlineIsNews = false
            orders.cancelIsNews = false
            return taken
        }
    }

    func end(_ end: AttemptEnd) {
        let waiting = orders.withLock { orders in
            orders.end = end
            defer { orders.waiting = [] }
            return orders.waiting
        }
        for continuation in waiting { continuation.resume(returning: end) }
    }

    func ended() async -> AttemptEnd {
        await withCheckedContinuation { continuation in
            let end = orders.withLock { orders -> AttemptEnd? in
                if orders.end == nil { orders.waiting.append(continuation) }
                return orders.end
            }
            if let end { continuation.resume(returning: end) }
        }
    }
}
