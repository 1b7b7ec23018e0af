import Glibc

/// Whether a peer's address is one of this machine's loopback addresses.
func isLoopback(_ address: UnsafePointer<sockaddr>?) -> Bool {
    guard let address else { return false }
    switch Int32(address.pointee.sa_family) {
    case AF_INET:
        return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
            UInt32(bigEndian: $0.pointee.sin_addr.s_addr) >> 24 == 127
        }
    case AF_INET6:
        return address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
            withUnsafeBytes(of: $0.pointee.sin6_addr) { bytes in
                let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
                return isMapped && bytes[12] == 127 || bytes[..<15].allSatisfy { $0 == 0 } && bytes[15] == 1
            }
        }
    default:
        return false
    }
}

/// A peer's address in figures; empty where it has none.
func clientAddress(_ address: UnsafePointer<sockaddr>?) -> String {
    guard let address else { return "" }
    let length = Int32(address.pointee.sa_family) == AF_INET6 ? sizeof(sockaddr_in6.self) : sizeof(sockaddr_in.self)
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { host in
        guard
            getnameinfo(address, length, host.baseAddress, socklen_t(host.count), nil, 0, NI_NUMERICHOST) == 0,
            let text = host.baseAddress
        else { return "" }
        return String(cString: text)
    }
}

private func sizeof<Address>(_ type: Address.Type) -> socklen_t { socklen_t(MemoryLayout<Address>.size) }
