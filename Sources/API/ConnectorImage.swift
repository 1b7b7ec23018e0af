/// The image that a custom definition names.
struct ConnectorImage: Sendable, Hashable {
    let repository: String
    let tag: String

    private static let schemes = ["pypi:", "exec:", "swiftlet/"]

    /// Throws 422 for what no launcher here can start.
    init(repository: String, tag: String) throws {
        guard Self.isPlain(repository), Self.isPlain(tag) else {
            throw Problem.unprocessable(
                "dockerRepository and dockerImageTag must hold 1 to 255 letters, digits and the characters ._-:/@+.")
        }
        guard let scheme = Self.schemes.first(where: repository.hasPrefix), repository.utf8.count > scheme.utf8.count
        else {
            throw Problem.unprocessable(
                "Container images cannot be run yet: use pypi:NAME for a Python package, exec:NAME for a program of "
                    + "this machine, or swiftlet/NAME for a connector that is built in.")
        }
        self.repository = repository
        self.tag = tag
    }

    /// Whether it comes with the programs.
    var isBuiltIn: Bool { repository.hasPrefix("swiftlet/") }

    /// Our own destinations keep generations apart; of others it is not known.
    var supportsRefreshes: Bool { repository.hasPrefix("swiftlet/destination-") }

    private static func isPlain(_ text: String) -> Bool {
        (1...255).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "._-:/@+".utf8.contains(byte)
                }
            }
    }
}
