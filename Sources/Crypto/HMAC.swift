/// HMAC-SHA256 (RFC 2104): shows whoever holds the key that data comes from another holder of it.
package enum HMAC {
    package static func sha256(of data: [UInt8], key: [UInt8]) -> SHA256 {
        let short = key.count > 64 ? SHA256(of: key).bytes : key
        let block = short + [UInt8](repeating: 0, count: 64 - short.count)
        let inner = SHA256(of: block.map { $0 ^ 0x36 } + data)
        return SHA256(of: block.map { $0 ^ 0x5c } + inner.bytes)
    }
}
