package import Posix

/// How many jobs may run at once on all workers together; nil: as many as there are seats.
package struct SyncLimits: Sendable, Hashable {
    /// `SWIFTLET_LIMIT_SYNCS`
    package var all: Int?
    /// That read from one source. `SWIFTLET_LIMIT_PER_SOURCE`
    package var perSource: Int?
    /// That write to one destination. `SWIFTLET_LIMIT_PER_DESTINATION`
    package var perDestination: Int?
    /// That use one connector's image and version. `SWIFTLET_LIMIT_PER_IMAGE`
    package var perImage: Int?

    package init() {}

    /// Reads the variables named above; one that holds no whole number from 1 to 1,000 sets no limit.
    package init(environment: Environment) {
        func number(_ name: String) -> Int? {
            environment["SWIFTLET_LIMIT_\(name)"].flatMap { Int($0) }.flatMap { (1...1000).contains($0) ? $0 : nil }
        }
        all = number("SYNCS")
        perSource = number("PER_SOURCE")
        perDestination = number("PER_DESTINATION")
        perImage = number("PER_IMAGE")
    }
}
