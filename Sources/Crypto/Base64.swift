import CCrypto

/// Bytes as text of 64 letters (RFC 4648).
package enum Base64 {
    /// The letters that are safe in an address, without padding (RFC 4648 5).
    package static func urlText(_ bytes: [UInt8]) -> String {
        var text = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
        let length = EVP_EncodeBlock(&text, bytes, CInt(bytes.count))
        let letters = text.prefix(Int(length)).compactMap { letter -> UInt8? in
            switch letter {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            case UInt8(ascii: "="): nil
            default: letter
            }
        }
        return String(decoding: letters, as: UTF8.self)
    }

    /// Reads the usual letters, padded or not; nil for anything else.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let padded = Array(text.utf8)
        let padding = padded.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        var letters = Array(padded.dropLast(padding))
        guard padding <= 2, padding == 0 || padded.count.isMultiple(of: 4), letters.count % 4 != 1 else { return nil }
        guard letters.count < 1 << 24, letters.allSatisfy(isLetter) else { return nil }
        let missing = (4 - letters.count % 4) % 4
        letters += [UInt8](repeating: UInt8(ascii: "="), count: missing)
        var bytes = [UInt8](repeating: 0, count: letters.count / 4 * 3 + 1)
        let length = EVP_DecodeBlock(&bytes, letters, CInt(letters.count))
        guard length >= missing else { return nil }
        return Array(bytes.prefix(Int(length) - missing))
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "+"), UInt8(ascii: "/"): true
        default: false
        }
    }
}
