import Glibc
import Posix

/// A host of its own as far as the network goes: a namespace on one end of a cable whose other end is ours.
///
/// It needs root. Both go with the last reference to it.
package final class NetworkNamespace: Sendable {
    package let name: String
    /// Our end of the cable, which programs in the namespace can reach.
    package let hostAddress: String
    private let cable: String

    /// Whether this machine lets us make one. Tries it.
    package static let canBeMade: Bool = (try? NetworkNamespace()) != nil

    package init() throws {
        // A network of four addresses out of those that RFC 2544 sets aside for tests.
        let number = Int.random(in: 0..<(1 << 15))
        let network = "198.\(18 + (number >> 14)).\((number >> 6) & 255)"
        let first = (number & 63) * 4
        name = "swiftlet-\(getpid())-\(number)"
        cable = "swl\(number)"
        hostAddress = "\(network).\(first + 1)"
        try Self.ip("netns", "add", name)
        do {
            try Self.ip("link", "add", cable, "type", "veth", "peer", "name", "host", "netns", name)
            try Self.ip("address", "add", "\(hostAddress)/30", "dev", cable)
            try Self.ip("link", "set", cable, "up")
            try Self.ip("-n", name, "address", "add", "\(network).\(first + 2)/30", "dev", "host")
            try Self.ip("-n", name, "link", "set", "host", "up")
            try Self.ip("-n", name, "link", "set", "lo", "up")
        } catch {
            try? Self.ip("netns", "delete", name)
            throw error
        }
    }

    deinit {
        try? Self.ip("link", "delete", cable)
        try? Self.ip("netns", "delete", name)
    }

    /// Pulls the cable: packets of either side are lost, and nobody is told.
    package func cutOff() throws { try Self.ip("link", "set", cable, "down") }

    package func reconnect() throws { try Self.ip("link", "set", cable, "up") }

    /// The words to put before a command line that is to run in it.
    package var prefix: [String] { ["/bin/ip", "netns", "exec", name] }

    private static func ip(_ words: String...) throws {
        let exit = try Child.spawn(ChildRequest("/bin/ip", words)).wait()
        guard exit == .exited(0) else {
            throw RunningProgram.Failure(description: "ip \(words.joined(separator: " ")): \(exit)")
        }
    }
}
