import Glibc
import Launcher
import Posix
import Testing

@Suite("No connector outlives its owner", .serialized, .timeLimit(.minutes(2)))
struct GuardTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private func worker(lease: Int) throws -> (worker: Child, guardPid: Int32) {
        try bench.worker("shell \(bench.lingering)", lease: lease)
    }

    private func expectNothingLeft(_ guardPid: Int32) async {
        await eventually { bench.living.isEmpty }
        await eventually { ProcessStatus(pid: guardPid)?.isGone ?? true }
        #expect(ProcessTree.processes(marked: bench.mark.everything).filter { !$0.isGone }.isEmpty)
        #expect(!Directory.exists(bench.jobDirectory))
    }

    @Test func `a killed worker takes connectors, daemons and files with it`() async throws {
        let (worker, guardPid) = try worker(lease: 60_000)
        #expect(bench.living.count >= 2)
        worker.signal(.kill)
        #expect(await worker.exit() == .signalled(9))
        await expectNothingLeft(guardPid)
    }

    @Test func `a frozen worker loses its attempt at the deadline it no longer moves`() async throws {
        let (worker, guardPid) = try worker(lease: 10_000)
        #expect(bench.living.count >= 2)
        kill(worker.pid, SIGSTOP)
        await expectNothingLeft(guardPid)
        #expect(ProcessStatus(pid: worker.pid)?.isStopped == true)
        worker.signal(.kill)
        _ = await worker.exit()
    }

    @Test func `a worker killed together with its guard leaves nothing that a sweep does not find`() async throws {
        let (worker, guardPid) = try worker(lease: 60_000)
        kill(guardPid, SIGSTOP)
        worker.signal(.kill)
        _ = await worker.exit()
        kill(guardPid, SIGKILL)
        #expect(DeadOwnerSweep.owners(in: bench.dataDirectory) == [bench.mark.owner])
        let bench = bench
        try await Thread.value { () throws(LauncherError) in
            try DeadOwnerSweep.sweep(owner: bench.mark.owner, dataDirectory: bench.dataDirectory)
        }
        #expect(bench.living.isEmpty)
        #expect(!Directory.exists(bench.jobDirectory))
        #expect(DeadOwnerSweep.owners(in: bench.dataDirectory).isEmpty)
    }

    @Test func `what a power cut left is cleared away, what a living worker uses is not`() throws {
        let living = try OwnerClaim(owner: bench.mark.owner, dataDirectory: bench.dataDirectory)
        let jobs = "\(bench.dataDirectory)/jobs"
        for owner in [living.owner, "worker-1-2"] { try Directory.create("\(jobs)/\(owner)/attempt/tmp") }
        do {
            let dead = try OwnerClaim(owner: "worker-3-4", dataDirectory: bench.dataDirectory)
            #expect(throws: LauncherError.self) {
                try OwnerClaim(owner: dead.owner, dataDirectory: bench.dataDirectory)
            }
            DeadOwnerSweep.sweepUnclaimed(dataDirectory: bench.dataDirectory)
        }
        DeadOwnerSweep.sweepUnclaimed(dataDirectory: bench.dataDirectory)
        #expect(try Set(Directory.entries(jobs)) == [living.owner, ".claim-\(living.owner)"])
        #expect(Directory.exists("\(jobs)/\(living.owner)/attempt/tmp"))
    }

    @Test func `a killed guard's daemons are dead before the attempt counts as finished`() async throws {
        let host = try await bench.start("shell \(bench.lingering)")
        let guardPid = await bench.untilReady(host)
        #expect(bench.living.count >= 2)
        kill(guardPid, SIGKILL)
        let end = await host.finished()
        #expect(end.exit == .signalled(9))
        #expect(bench.living.isEmpty)
        #expect(!Directory.exists(bench.jobDirectory))
    }

    @Test func `a stopped guard is killed, and keeping it alive never blocks`() async throws {
        var patience = AttemptPatience()
        patience.whileStopped = .milliseconds(200)
        let host = try await bench.start("shell \(bench.lingering)", patience: patience)
        kill(await bench.untilReady(host), SIGSTOP)
        for second in 0..<100_000 { host.keepAlive(until: BootClock.now + .seconds(60 + second)) }
        #expect(await host.finished().exit == .signalled(9))
        #expect(bench.living.isEmpty)
        #expect(!Directory.exists(bench.jobDirectory))
    }

    @Test func `a stopped guard does not outlast a kill, a cancel or its deadline`() async throws {
        for way in 0..<3 {
            let bench = try Bench()
            var patience = AttemptPatience()
            patience.afterCancel = .milliseconds(100)
            patience.afterDeadline = .milliseconds(100)
            // Long enough to get ready on a busy machine: a guard that is not stopped yet would end itself.
            let lease: Duration = way == 2 ? .seconds(15) : .seconds(60)
            let host = try await bench.start("shell \(bench.lingering)", lease: lease, patience: patience)
            kill(await bench.untilReady(host), SIGSTOP)
            if way == 0 { host.kill() }
            if way == 1 { host.cancel(grace: .milliseconds(100)) }
            #expect(await host.finished().exit == .signalled(9))
            #expect(bench.living.isEmpty)
        }
    }

    @Test func `a deadline that passes ends the attempt and says so`() async throws {
        let host = try await bench.start("shell \(bench.lingering)", lease: .seconds(2))
        _ = await bench.untilReady(host)
        #expect(await host.finished().reason == .deadlinePassed)
        #expect(bench.living.isEmpty)
    }

    @Test func `a host that is dropped ends its attempt`() async throws {
        do {
            let host = try await bench.start("shell \(bench.lingering)")
            _ = await bench.untilReady(host)
        }
        await eventually { bench.living.isEmpty && !Directory.exists(bench.jobDirectory) }
    }

    @Test func `a cancelled connector may say goodbye, and its daemons go with it`() async throws {
        let script = """
            trap 'echo bye; exit 0' TERM; echo $$ >> \(bench.pidFile); \(bench.daemon)
            while [ $(wc -l < \(bench.pidFile)) -lt 3 ]; do sleep 0.01; done
            echo ready; while :; do sleep 0.05; done
            """
        let host = try await bench.start("shell \(script)")
        _ = await bench.untilReady(host)
        host.cancel(grace: .seconds(20))
        var events: [String] = []
        for await event in host.events { events.append(String(decoding: event, as: UTF8.self)) }
        #expect(events.first == "bye")
        #expect(events.last == "exit exit code 0 cancelled true")
        #expect(await host.finished().reason == .done)
        #expect(bench.living.isEmpty)
    }

    @Test func `a connector that ignores SIGTERM is killed after the grace`() async throws {
        let script = "trap '' TERM; echo $$ >> \(bench.pidFile); echo ready; while :; do sleep 0.05; done"
        let host = try await bench.start("shell \(script)")
        _ = await bench.untilReady(host)
        host.cancel(grace: .milliseconds(200))
        var last = ""
        for await event in host.events { last = String(decoding: event, as: UTF8.self) }
        #expect(last == "exit signal 9 cancelled true")
        #expect(await host.finished().reason == .done)
        #expect(bench.living.isEmpty)
    }

    @Test func `a body that returns leaves no daemon behind`() async throws {
        let script = "\(bench.daemon); while [ $(wc -l < \(bench.pidFile)) -lt 2 ]; do sleep 0.01; done; exit 4"
        let (events, end) = try await bench.outcome(of: "shell \(script)")
        #expect(events.last == "exit exit code 4 cancelled false")
        #expect(end.reason == .done)
        #expect(bench.pids.count == 2)
        #expect(bench.living.isEmpty)
        #expect(!Directory.exists(bench.jobDirectory))
    }

    @Test func `ending one connector takes its daemons and leaves the other's alone`() async throws {
        let script = "env -i setsid /bin/sh -c 'sleep 1000 0<&- 1>&- 2>&- & echo $!'; trap '' TERM; sleep 1000"
        let (events, end) = try await bench.outcome(of: "pair \(script)")
        #expect(events.dropFirst() == ["first signal 9", "daemon false", "daemon true", "second true"])
        #expect(end.reason == .done)
    }

    @Test func `an attempt cannot be started by hand`() throws {
        let pipe = try Pipe()
        var request = ChildRequest(Bench.fixture, ["attempt"])
        request.descriptors = [nil, nil, pipe.writer]
        let child = try Child.spawn(request)
        pipe.writer.close()
        #expect(child.wait() == .exited(GuardExit.misused.rawValue))
        #expect(try pipe.reader.readAll(limit: 4096) == Array("An attempt is started by a worker, not by hand.\n".utf8))
    }
}
