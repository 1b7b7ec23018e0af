/// A version of the connector protocol, `major.minor.patch`. Only the major number says what a message looks like
/// (protocol.md 1.12).
package struct ProtocolVersion: Sendable, Hashable, CustomStringConvertible {
    /// What a specification speaks that names no version.
    package static let unnamed = ProtocolVersion(major: 0, minor: 2, patch: 0)
    /// Whose messages this program reads and writes.
    package static let spoken = ProtocolVersion(major: 0, minor: 3, patch: 0)

    package let major: Int
    package let minor: Int
    package let patch: Int

    private init(major: Int, minor: Int, patch: Int) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    /// Nil for any other text; what follows the numbers after a dash or a plus is passed over.
    package init?(_ text: String) {
        let numbers = text.prefix { $0 != "-" && $0 != "+" }.split(separator: ".", omittingEmptySubsequences: false)
        let parsed = numbers.compactMap { UInt16($0) }.map { Int($0) }
        guard numbers.count == 3, parsed.count == 3 else { return nil }
        self.init(major: parsed[0], minor: parsed[1], patch: parsed[2])
    }

    package var description: String { "\(major).\(minor).\(patch)" }

    package var isSpoken: Bool { major == Self.spoken.major }
}
