/// Which of the due runs of a queue is claimed first: the one with the lower level.
package struct RunPriority: Hashable, Comparable, Sendable {
    package let level: Int

    package init(level: Int) { self.level = level }

    package static let manual = RunPriority(level: 10)
    package static let scheduled = RunPriority(level: 20)
    package static let backfill = RunPriority(level: 30)

    package static func < (a: RunPriority, b: RunPriority) -> Bool { a.level < b.level }
}
