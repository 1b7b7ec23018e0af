package import Posix

/// Whose processes these are: a worker's, for one attempt. Every descendant of the attempt's process carries it.
///
/// Worker and attempt are told apart by hashes of 28 bits in the number (see `ProcessMark`), by their whole names in
/// the environment. The last six bits of the number tell the attempt's connectors apart.
package struct OwnerMark: Hashable, Sendable {
    package let owner: String
    package let attempt: String

    /// Both become names of directories: letters, digits, `-` and `_`, at most 128 of them; anything else is refused.
    package init(owner: String, attempt: String) throws(LauncherError) {
        for name in [owner, attempt] where !Self.isName(name) {
            throw LauncherError(.notAllowed, "“\(name)” cannot name a worker or an attempt.")
        }
        self.owner = owner
        self.attempt = attempt
    }

    static let ownerVariable = "SWIFTLET_OWNER"
    static let attemptVariable = "SWIFTLET_ATTEMPT"

    package var variables: [String: String] { [Self.ownerVariable: owner, Self.attemptVariable: attempt] }

    /// Where the attempt's files are.
    package func jobDirectory(in dataDirectory: String) -> String {
        "\(Self.jobsDirectory(owner: owner, in: dataDirectory))/\(attempt)"
    }

    static func jobsDirectory(owner: String, in dataDirectory: String) -> String { "\(dataDirectory)/jobs/\(owner)" }

    /// Everything of this attempt, its own process included.
    package var everything: ProcessMark {
        ProcessMark(variable: "\(Self.attemptVariable)=\(attempt)", numbers: first...(first | 63))
    }

    /// Everything of any attempt of a worker.
    package static func everything(of owner: String) -> ProcessMark {
        let first = Self.first(owner: owner)
        return ProcessMark(variable: "\(ownerVariable)=\(owner)", numbers: first...(first | (1 << 34 - 1)))
    }

    /// The number of the attempt's process: the highest, since a child's may only be lower.
    var number: UInt64 { first | 63 }

    /// The number of the attempt's nth connector and of what comes of it.
    func number(ofConnector index: Int) -> UInt64 { first | UInt64(index % 63) }

    private var first: UInt64 { Self.first(owner: owner) | Self.hash(attempt) << 6 }

    private static func first(owner: String) -> UInt64 { 1 << 62 | hash(owner) << 34 }

    /// FNV-1a, folded to 28 bits.
    private static func hash(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return (hash >> 36) ^ (hash & (1 << 28 - 1))
    }

    static func isName(_ name: String) -> Bool {
        (1...128).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
                default: false
                }
            }
    }
}
