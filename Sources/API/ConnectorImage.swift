import Access

/// The image that a custom definition names.
struct ConnectorImage: Sendable, Hashable {
    let repository: String
    let tag: String

    private static let nativePrefix = "swiftlet/"
    /// What is written before the name of anything but a container image.
    private static let schemes = ["pypi:", "exec:", nativePrefix]

    /// Throws 422 for what no launcher can start.
    init(repository: String, tag: String) throws {
        guard Self.isPlain(repository), Self.isPlain(tag) else {
            throw Problem.unprocessable(
                "dockerRepository and dockerImageTag must hold 1 to 255 letters, digits and the characters ._-:/@+.")
        }
        guard !Self.schemes.contains(repository), !repository.hasPrefix("manifest:"), repository.first != "-" else {
            throw Problem.unprocessable(
                "“\(repository)” names no connector: use pypi:NAME for a Python package, exec:NAME for a program of the "
                    + "workers, swiftlet/NAME for a connector that is built in, or the name of a container image.")
        }
        self.repository = repository
        self.tag = tag
    }

    /// Our own destinations keep generations apart; of others it is not known.
    var supportsRefreshes: Bool { repository.hasPrefix("swiftlet/destination-") }

    /// Throws 403 where the caller may not have it run: packages, programs and images run code that the caller chooses.
    func requireAllowed(for caller: Caller) throws {
        guard !caller.isInstanceAdmin, !repository.hasPrefix(Self.nativePrefix) else { return }
        throw Problem(
            .forbidden, "Connectors that run code from outside are made and changed by the instance's admin only.")
    }

    /// Whether the connector comes with Swiftlet, at Swiftlet's own version.
    var isNative: Bool { repository.hasPrefix(Self.nativePrefix) }

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
