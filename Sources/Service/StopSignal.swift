/// The request to stop, made once and seen by everyone who holds it.
package struct StopSignal: Sendable {
    private let latch = Latch<Bool>()

    package init() {}

    package var isRequested: Bool { latch.value != nil }

    /// Asks everyone to stop; asking again changes nothing.
    package func request() { latch.set(true) }

    /// Returns when the stop is requested, or when the waiting task is cancelled.
    package func wait() async { _ = await latch.wait() }
}
