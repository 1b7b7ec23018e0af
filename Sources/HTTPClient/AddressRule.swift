internal import CCurl
import Glibc

/// Which addresses are never called, whatever name led to them.
package struct AddressRule: Sendable, Hashable {
    package enum Reach: Sendable, Hashable {
        /// Everything but link-local addresses and those at which clouds hand out credentials.
        case anyButLinkLocal
        /// Of the rest, nothing that is private to a network or to this machine either.
        case publicOnly
    }

    package let reach: Reach

    package init(_ reach: Reach) { self.reach = reach }

    /// Whether an IPv4 address in its usual order of bytes may be called.
    package func allows(v4 bytes: [UInt8]) -> Bool {
        guard bytes.count == 4 else { return false }
        let (a, b) = (bytes[0], bytes[1])
        // Link-local with every cloud's metadata, and those of Alibaba and Oracle; multicast, reserved, broadcast.
        if a == 169 && b == 254 || bytes == [100, 100, 100, 200] || bytes == [192, 0, 0, 192] || a >= 224 {
            return false
        }
        guard reach == .publicOnly else { return true }
        let isPrivate =
            a == 0 || a == 10 || a == 127 || a == 172 && (16...31).contains(b) || a == 192 && b == 168
            || a == 100 && (64...127).contains(b) || a == 198 && (18...19).contains(b)
            || a == 192 && b == 0 && bytes[2] == 0
        return !isPrivate
    }

    /// Whether an IPv6 address may be called; one that stands for an IPv4 address is judged as that one.
    package func allows(v6 bytes: [UInt8]) -> Bool {
        guard bytes.count == 16 else { return false }
        if let embedded = Self.embedded(in: bytes) { return allows(v4: embedded) }
        // fe80::/10, ff00::/8, and the metadata service of Amazon, fd00:ec2::254.
        let isLinkLocal = bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80
        let metadata: [UInt8] = [0xFD, 0, 0x0E, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54]
        if isLinkLocal || bytes[0] == 0xFF || bytes == metadata { return false }
        guard reach == .publicOnly else { return true }
        let isHere = bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] <= 1
        return !(isHere || bytes[0] & 0xFE == 0xFC || bytes[0] == 0xFE && bytes[1] & 0xC0 == 0xC0)
    }

    func allows(_ address: UnsafePointer<sockaddr>) -> Bool {
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { v4 in
                allows(v4: withUnsafeBytes(of: v4.pointee.sin_addr) { Array($0) })
            }
        case AF_INET6:
            return address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { v6 in
                allows(v6: withUnsafeBytes(of: v6.pointee.sin6_addr) { Array($0) })
            }
        default: return false
        }
    }

    /// The IPv4 address inside a mapped (::ffff:0:0/96), compatible (::/96), translated (64:ff9b::/96) or tunnelled
    /// (2002::/16) one.
    private static func embedded(in bytes: [UInt8]) -> [UInt8]? {
        let zeros = { (range: Range<Int>) in bytes[range].allSatisfy { $0 == 0 } }
        if zeros(0..<10), bytes[10] == 0xFF, bytes[11] == 0xFF { return Array(bytes[12...]) }
        if zeros(0..<12), bytes[12] != 0 { return Array(bytes[12...]) }
        if bytes[0..<4] == [0, 0x64, 0xFF, 0x9B], zeros(4..<12) { return Array(bytes[12...]) }
        return bytes[0] == 0x20 && bytes[1] == 0x02 ? Array(bytes[2..<6]) : nil
    }
}
