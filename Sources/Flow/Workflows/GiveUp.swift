/// Fails the run for good, whatever tries are left.
package struct GiveUp: Error, Sendable {
    package let cause: any Error

    package init(_ cause: any Error) { self.cause = cause }
}
