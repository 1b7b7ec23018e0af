import Posix

/// Files in one, in the form of PKWARE's APPNOTE, not compressed; for some kilobytes in a few files.
struct ZipArchive: Sendable {
    private struct Entry {
        let name: [UInt8]
        let checksum: UInt32
        let size: UInt32
        let offset: UInt32
    }

    private var content: [UInt8] = []
    private var entries: [Entry] = []

    mutating func add(_ name: String, _ bytes: [UInt8]) {
        let entry = Entry(
            name: Array(name.utf8), checksum: Self.checksum(of: bytes), size: UInt32(bytes.count),
            offset: UInt32(content.count))
        content += Self.little(0x0403_4B50, 4) + Self.facts(entry) + Self.little(0, 2) + entry.name + bytes
        entries.append(entry)
    }

    /// The whole archive.
    var bytes: [UInt8] {
        var directory: [UInt8] = []
        for entry in entries {
            directory += Self.little(0x0201_4B50, 4) + Self.little(20, 2) + Self.facts(entry)
            // No extra field, no comment, the first disk, no attributes.
            directory += Self.little(0, 12) + Self.little(entry.offset, 4) + entry.name
        }
        let count = Self.little(UInt32(entries.count), 2)
        return content + directory + Self.little(0x0605_4B50, 4) + Self.little(0, 4) + count + count
            + Self.little(UInt32(directory.count), 4) + Self.little(UInt32(content.count), 4) + Self.little(0, 2)
    }

    /// What both headers say of a file: version 2.0, names in UTF-8, stored as it is, made on the first day there is.
    private static func facts(_ entry: Entry) -> [UInt8] {
        little(20, 2) + little(0x0800, 2) + little(0, 4) + little(0x0021, 2) + little(entry.checksum, 4)
            + little(entry.size, 4) + little(entry.size, 4) + little(UInt32(entry.name.count), 2)
    }

    private static func little(_ number: UInt32, _ count: Int) -> [UInt8] {
        (0..<count).map { $0 < 4 ? UInt8(truncatingIfNeeded: number >> (8 * UInt32($0))) : 0 }
    }

    /// CRC-32 as in ISO 3309.
    private static func checksum(of bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
    }
}
