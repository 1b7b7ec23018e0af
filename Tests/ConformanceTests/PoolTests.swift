import Glibc
import Posix
import SQL
import Synchronization
import Testing

@Suite("Pool and thread pool", .timeLimit(.minutes(3)))
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

    @Test func `what blocks on a pool's threads holds up nobody else`() async throws {
        let gate = Gate()
        let threads = ThreadPool(limit: 9)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask(executorPreference: threads) { gate.wait() } }
            for n in 1...100 { #expect(await Task(executorPreference: threads) { n }.value == n) }
            gate.open()
        }
    }

    @Test func `a pool runs everything, though it has fewer threads`() async {
        let threads = ThreadPool(limit: 2)
        let order = Order()
        await withTaskGroup(of: Void.self) { group in
            for n in 0..<1000 { group.addTask(executorPreference: threads) { order.add(n) } }
        }
        #expect(order.all.sorted() == Array(0..<1000))
    }

    @Test func `what blocks runs on the caller's thread where that may, else on another`() async throws {
        #expect(!ThreadPool.isCurrent)
        #expect(try await blocking { ThreadPool.isCurrent })
        #expect(!ThreadPool.isCurrent)
        let threads = ThreadPool(limit: 1)
        let (here, there) = try await Task(executorPreference: threads) {
            let here = try await blocking { UInt(pthread_self()) }
            return (here, try await blocking { UInt(pthread_self()) })
        }.value
        #expect(here == there)
    }

    @Test func `a pool may go while its last job runs`() async {
        for n in 0..<200 {
            let threads = ThreadPool(limit: 2)
            let task = Task(executorPreference: threads) { n }
            #expect(await task.value == n)
        }
    }
}
