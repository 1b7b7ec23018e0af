/// The field names that matter to a stream's mapping, found by the bytes of a key.
///
/// Names are compared byte for byte: JSON knows no other equality of keys.
struct NameTable {
    let names: [String]
    /// The names' UTF-8, one behind the other; name `n` ends at `ends[n + 1]`.
    private let bytes: [UInt8]
    private let ends: [Int]
    /// Open addressing; -1 is an empty slot. Never full.
    private let slots: [Int32]

    /// The names must differ in their bytes.
    init(_ names: [String]) {
        self.names = names
        var bytes: [UInt8] = []
        var ends = [0]
        var size = 8
        while size < names.count * 4 { size *= 2 }
        var slots = [Int32](repeating: -1, count: size)
        for (id, name) in names.enumerated() {
            let utf8 = Array(name.utf8)
            bytes += utf8
            ends.append(bytes.count)
            var slot = utf8.withUnsafeBufferPointer { Self.hash($0) } & (size - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Int32(id)
        }
        self.bytes = bytes
        self.ends = ends
        self.slots = slots
    }

    /// The index of the name; nil for one that does not matter.
    func find(_ key: UnsafeBufferPointer<UInt8>) -> Int? {
        var slot = Self.hash(key) & (slots.count - 1)
        while true {
            let id = Int(slots[slot])
            if id < 0 { return nil }
            if ends[id + 1] - ends[id] == key.count, matches(id, key) { return id }
            slot = (slot + 1) & (slots.count - 1)
        }
    }

    private func matches(_ id: Int, _ key: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = ends[id]
        for index in 0..<key.count where bytes[start + index] != key[index] { return false }
        return true
    }

    /// Made of the first and last eight bytes and the length: the time does not grow with the key.
    private static func hash(_ key: UnsafeBufferPointer<UInt8>) -> Int {
        let raw = UnsafeRawBufferPointer(key)
        var first: UInt64 = 0
        var last: UInt64 = 0
        if key.count >= 8 {
            first = raw.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
            last = raw.loadUnaligned(fromByteOffset: key.count - 8, as: UInt64.self)
        } else if key.count >= 4 {
            first = UInt64(raw.loadUnaligned(fromByteOffset: 0, as: UInt32.self))
            last = UInt64(raw.loadUnaligned(fromByteOffset: key.count - 4, as: UInt32.self))
        } else if key.count > 0 {
            first = UInt64(key[0]) | UInt64(key[key.count / 2]) << 8 | UInt64(key[key.count - 1]) << 16
        }
        let mixed = (first ^ last &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(key.count)) &* 0xBF58_476D_1CE4_E5B9
        return Int(truncatingIfNeeded: mixed >> 32)
    }
}
