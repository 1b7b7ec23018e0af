import Flow
import Posix
import Service

// The processes that play, and their successors.
extension World {
    private func add(_ role: String, on machine: Machine) -> SimulatedProcess {
        let process = SimulatedProcess(self, machine: machine, role: role, pid: freshPid())
        processes.removeAll { $0.isDead && !$0.hasLeftovers }
        processes.append(process)
        say("\(process.label) starts on \(machine.name)")
        return process
    }

    private func rescuer(_ process: SimulatedProcess) -> RunRescuer {
        RunRescuer(
            database: SimulatedDatabase(process: process), host: process.machine.name, settings: settings,
            runtime: process.runtime, log: log,
            isAlive: { pid, _ in self.processes.contains { $0.pid == pid && !$0.isDead } },
            cleanUp: { dead in
                if self.random.isLucky(0.1) { throw Trouble() }
                for external in self.externals where external.process.pid == dead.pid {
                    external.stop()
                    while !external.hasEnded { try await process.sleep(.milliseconds(100)) }
                }
            })
    }

    /// A worker, and the next one when it has ended.
    func startWorker(_ number: Int, on machine: Machine) {
        let process = add("worker \(number)", on: machine)
        let rescuer = rescuer(process)
        let claimer = RunClaimer(
            database: SimulatedDatabase(process: process),
            worker: WorkerIdentity(
                host: machine.name, pid: process.pid, processStarted: 1, program: "worker", version: "1"),
            workflows: ScriptedWorkflows.all(process, knowsNewer: number > 0 || random.isLucky(0.5)),
            seats: [.main: random.int(1...4)], rescuer: rescuer, settings: settings, runtime: process.runtime, log: log)
        let stop = StopSignal()
        // Now and then one is told to stop, as by an upgrade.
        if random.isLucky(0.3) { plan(in: random.time(5, 60)) { if !process.isDead { stop.request() } } }
        process.whenDone = { [unowned self] in succeed(process) { self.startWorker(number, on: machine) } }
        process.start {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { try? await claimer.run(until: stop) }
                group.addTask { try? await rescuer.run() }
                await group.next()
                group.cancelAll()
            }
        }
    }

    /// A cron, which sweeps, prunes and fires schedules.
    func startCron(_ number: Int, on machine: Machine) {
        let process = add("cron \(number)", on: machine)
        let rescuer = rescuer(process)
        let database = SimulatedDatabase(process: process)
        let sweeper = RunSweeper(database: database, settings: settings, runtime: process.runtime, log: log)
        let pruner = RunPruner(database: database)
        let firer = Firer(process: process, database: database)
        process.whenDone = { [unowned self] in succeed(process) { self.startCron(number, on: machine) } }
        process.start {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { try? await sweeper.run() }
                group.addTask { try? await rescuer.run() }
                group.addTask { await firer.run() }
                group.addTask {
                    while !Task.isCancelled {
                        try? await process.sleep(.seconds(30))
                        _ = try? await pruner.prune()
                    }
                }
            }
        }
    }

    func startUser(_ number: Int, on machine: Machine) {
        let process = add("user \(number)", on: machine)
        let user = User(process: process)
        process.start { await user.run() }
    }

    /// Ends a process at once; the next one comes after a while.
    func crash(_ process: SimulatedProcess, _ next: @escaping () -> Void) {
        let left = externals.filter { $0.process === process }
        process.die()
        // A guard sees its parent go, or the deadline pass.
        for external in left where random.isLucky(0.5) { external.stop() }
        plan(in: random.time(0.2, 12), next)
    }

    private func succeed(_ process: SimulatedProcess, _ next: @escaping () -> Void) {
        process.die()
        plan(in: random.time(0.2, 4), next)
    }
}
