import Posix
import SQL
import Service

extension WorkerLease {
    /// Tries until the database answers or the lease is lost.
    func keepTrying<Value>(_ runtime: FlowRuntime, _ body: () async throws -> Value) async throws -> Value {
        var pause = Duration.milliseconds(50)
        while true {
            if let lost = loss.value { throw lost }
            if deadline <= runtime.now() { throw LeaseLost("The lease of worker \(worker) has run out.") }
            do { return try await body() } catch let error as DatabaseError where error.code == .unavailable {
                do { try await runtime.sleep(pause) } catch { throw loss.value ?? error }
                pause = min(pause * 2, .seconds(1))
            }
        }
    }
}
