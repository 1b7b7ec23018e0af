/// Wakes one loop. Rings that come while the loop is busy are one ring when it looks again.
struct Bell: Sendable {
    let rings: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let runtime: FlowRuntime

    init(_ runtime: FlowRuntime) {
        self.runtime = runtime
        (rings, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func ring() { continuation.yield() }

    /// Rings again and again until the task is cancelled.
    func tick(every pause: Duration) async {
        while !Task.isCancelled {
            try? await runtime.sleep(pause)
            ring()
        }
    }
}
