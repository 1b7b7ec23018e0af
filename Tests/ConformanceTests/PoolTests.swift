import Posix
import SQL
import Synchronization
import Testing

@Suite("Pool and thread executor", .timeLimit(.minutes(1)))
struct PoolTests {
    final class Order: Sendable {
        private let numbers = Mutex<[Int]>([])
        var all: [Int] { numbers.withLock { $0 } }
        func add(_ number: Int) { numbers.withLock { $0.append(number) } }
    }

    @Test func `callers that find no connection are served in the order in which they came`() async throws {
        let pool = Pool(limit: 1) { 7 }
        let order = Order()
        let (held, hold) = AsyncStream<Void>.makeStream()
        let (begun, begin) = AsyncStream<Void>.makeStream()
        let holder = Task {
            try await pool.lend { _ in
                begin.yield()
                for await _ in held { break }
            }
        }
        for await _ in begun { break }
        var waiting: [Task<Void, any Error>] = []
        for n in 0..<5 {
            waiting.append(Task { try await pool.lend { _ in order.add(n) } })
            // Each must be in the queue before the next one comes.
            while pool.waiting <= n { await Task.yield() }
        }
        waiting[2].cancel()
        while pool.waiting > 4 { await Task.yield() }
        hold.yield()
        try await holder.value
        for (n, task) in waiting.enumerated() where n != 2 { try await task.value }
        #expect(order.all == [0, 1, 3, 4])
        #expect(await pool.close() == [7])
    }

    actor Blocker {
        private let executor = ThreadExecutor()
        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
        private var count = 0

        func wait(at gate: Gate) { gate.wait() }
        func add() -> Int {
            count += 1
            return count
        }
    }

    @Test func `actors that block on their own threads hold up nobody else`() async throws {
        let gate = Gate()
        let blockers = (0..<16).map { _ in Blocker() }
        await withTaskGroup(of: Void.self) { group in
            for blocker in blockers { group.addTask { await blocker.wait(at: gate) } }
            let free = Blocker()
            for n in 1...100 { #expect(await free.add() == n) }
            gate.open()
        }
    }

    @Test func `tasks may prefer a thread executor and it may go while its last job runs`() async {
        for n in 0..<200 {
            let executor = ThreadExecutor()
            let task = Task(executorPreference: executor) { n }
            #expect(await task.value == n)
            #expect(await Blocker().add() == 1)
        }
    }
}
