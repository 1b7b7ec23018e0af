import Glibc

// What `Benchmarks/flow.py` starts; each command prints one line of JSON.
do {
    let request = try BenchRequest(Array(CommandLine.arguments.dropFirst()))
    let store = try await BenchStore.open(request)
    switch request.command {
    case "migrate": try await store.migrate()
    case "steps": Report.print(try await StepRate(request, store).measure())
    case "work": try await BenchWorker(request, store).runUntilTold()
    case "latencies": Report.print(try await StartLatency(request, store).measure())
    case "cancel": Report.print(try await CancelLatency(request, store).measure())
    case "waiters": Report.print(try await WaiterRate(request, store).measure())
    case "claims": Report.print(try await ClaimLatency(request, store).measure())
    default: throw BenchError("There is no command \"\(request.command)\".")
    }
    await store.close()
} catch {
    Report.complain("FlowBench: \(error)")
    exit(1)
}
