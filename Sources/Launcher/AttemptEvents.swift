/// The frames that an attempt sent, for one consumer. The attempt waits when they are not taken.
///
/// Ends when the attempt's process has ended, or when the consuming task is cancelled.
package struct AttemptEvents: AsyncSequence, Sendable {
    package typealias Element = [UInt8]
    let handoff: EventHandoff

    package struct AsyncIterator: AsyncIteratorProtocol {
        let handoff: EventHandoff
        package mutating func next() async -> [UInt8]? { await handoff.next() }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(handoff: handoff) }
}
