/// A service that is asked to stop before it is made to.
///
/// It watches `stop` and returns when its work is in order. Its task is cancelled only where that takes longer than
/// the program's grace.
package protocol GracefulService: Service {
    func run(until stop: StopSignal) async throws
}

extension GracefulService {
    /// Runs until it is cancelled.
    package func run() async throws { try await run(until: StopSignal()) }
}
