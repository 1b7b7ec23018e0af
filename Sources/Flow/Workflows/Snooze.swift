/// Leaves the run and begins it again after a pause, without using up a try.
package struct Snooze: Error, Hashable, Sendable {
    package let pause: Duration

    package init(for pause: Duration) { self.pause = pause }
}
