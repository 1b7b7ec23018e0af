import Log
import Service
import Testing

@Suite("Services", .timeLimit(.minutes(3)))
struct ServicesTests {
    struct Endless: Service {
        let notes: Notes
        func run() async throws {
            defer { notes.add("cancelled") }
            try await Task.sleep(for: .seconds(3600))
        }
    }

    struct Orderly: GracefulService {
        let notes: Notes
        func run(until stop: StopSignal) async throws {
            await stop.wait()
            if !Task.isCancelled { notes.add("in order") }
        }
    }

    struct Deaf: GracefulService {
        let notes: Notes
        func run(until stop: StopSignal) async throws {
            try? await Task.sleep(for: .seconds(3600))
            notes.add("made to")
        }
    }

    struct Failing: Service {
        func run() async throws { throw Trouble() }
    }

    @Test func `a stop is asked for first and enforced after the grace`() async throws {
        let notes = Notes()
        let stop = StopSignal()
        stop.request()
        try await Services(
            [Endless(notes: notes), Orderly(notes: notes), Deaf(notes: notes)], log: .silent
        ).run(until: { await stop.wait() }, grace: .milliseconds(50))
        #expect(Set(notes.all) == ["cancelled", "in order", "made to"])
        #expect(notes.all.last == "made to")
    }

    @Test func `a service that fails stops the others and is what is thrown`() async throws {
        let notes = Notes()
        await #expect(throws: Trouble.self) {
            try await Services([Orderly(notes: notes), Failing()], log: .silent)
                .run(until: { try? await Task.sleep(for: .seconds(3600)) }, grace: .seconds(30))
        }
        #expect(notes.all == ["in order"])
    }

    @Test func `a latch tells everyone once`() async throws {
        let latch = Latch<Int>()
        let notes = Notes()
        latch.whenSet { notes.add("before \($0)") }
        async let waited = latch.wait()
        #expect(latch.set(1))
        #expect(!latch.set(2))
        latch.whenSet { notes.add("after \($0)") }
        #expect(await waited == 1)
        #expect(notes.all == ["before 1", "after 1"])
        let idle = Latch<Int>()
        let waiter = Task { await idle.wait() }
        waiter.cancel()
        #expect(await waiter.value == nil)
    }
}
