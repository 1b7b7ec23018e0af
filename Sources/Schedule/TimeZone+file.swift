import Posix

extension TimeZone {
    /// Reads the zone's file below `directory`.
    init(named name: String, in directory: String) throws(ScheduleError) {
        if ["UTC", "Etc/UTC", "GMT"].contains(name) {
            self.init(name: name, changes: [], firstOffset: 0, rule: nil)
            return
        }
        let unknown = ScheduleError(
            .badTimeZone,
            "There is no time zone \(ScheduleError.quoted(name)); name one as in Europe/Berlin, or UTC. (Where it should be known, is the package tzdata installed?)"
        )
        guard Self.isName(name), let bytes = try? SecureFile.read("\(directory)/\(name)", limit: 1 << 17),
            let zone = TimeZone(name: name, file: bytes)
        else { throw unknown }
        self = zone
    }

    /// Every IANA name begins with a capital; the other files beside the zones do not. No dot: no way out of the
    /// directory.
    private static func isName(_ name: String) -> Bool {
        guard (1...64).contains(name.utf8.count), let first = name.utf8.first, (0x41...0x5A).contains(first) else {
            return false
        }
        return name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty
                && part.utf8.allSatisfy { byte in
                    switch byte {
                    case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-"):
                        true
                    default: false
                    }
                }
        }
    }

    /// Reads TZif (RFC 8536) of version 2 or later: the block of 64-bit times, and the rule in the footer. Nil where
    /// the bytes are something else, or count leap seconds.
    package init?(name: String, file: [UInt8]) {
        var reader = ByteReader(file)
        guard let first = Header(&reader), first.version >= UInt8(ascii: "2"),
            reader.skip(first.size(ofTime: 4)), let header = Header(&reader), header.leaps == 0, header.types > 0
        else { return nil }
        var times: [Int64] = []
        for _ in 0..<header.times {
            guard let time = reader.integer(8), times.last.map({ $0 < time }) ?? true else { return nil }
            times.append(time)
        }
        guard let kinds = reader.bytes(header.times) else { return nil }
        var offsets: [Int64] = []
        for _ in 0..<header.types {
            guard let offset = reader.integer(4), reader.skip(2), offset.magnitude < Self.longestOffset else {
                return nil
            }
            offsets.append(offset)
        }
        guard kinds.allSatisfy({ $0 < offsets.count }),
            reader.skip(header.characters + header.standards + header.universals),
            let footer = reader.line()
        else { return nil }
        var rule: YearlyRule?
        if !footer.isEmpty {
            rule = YearlyRule(footer)
            if rule == nil { return nil }
        }
        self.init(
            name: name, changes: zip(times, kinds).map { Change(at: $0, offset: offsets[Int($1)]) },
            firstOffset: offsets[0], rule: rule)
    }

    private struct Header {
        let version: UInt8
        let universals, standards, leaps, times, types, characters: Int

        init?(_ reader: inout ByteReader) {
            guard reader.bytes(4).map(Array.init) == Array("TZif".utf8), let version = reader.integer(1),
                reader.skip(15)
            else { return nil }
            var counts: [Int] = []
            for _ in 0..<6 {
                guard let count = reader.integer(4), (0...100_000).contains(count) else { return nil }
                counts.append(Int(count))
            }
            self.version = UInt8(truncatingIfNeeded: version)
            (universals, standards, leaps) = (counts[0], counts[1], counts[2])
            (times, types, characters) = (counts[3], counts[4], counts[5])
        }

        /// The bytes of the block that follows, with times of so many bytes.
        func size(ofTime width: Int) -> Int {
            times * (width + 1) + types * 6 + characters + leaps * (width + 4) + standards + universals
        }
    }

    private struct ByteReader {
        private var rest: ArraySlice<UInt8>

        init(_ bytes: [UInt8]) { rest = bytes[...] }

        mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
            guard rest.count >= count else { return nil }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }

        mutating func skip(_ count: Int) -> Bool { bytes(count) != nil }

        /// A big-endian number with a sign, of at most 8 bytes.
        mutating func integer(_ width: Int) -> Int64? {
            guard let bytes = bytes(width) else { return nil }
            let bits = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let spare = UInt64(64 - 8 * width)
            return Int64(bitPattern: bits << spare) >> Int64(spare)
        }

        /// What stands between two line feeds.
        mutating func line() -> Substring? {
            guard rest.first == 0x0A else { return nil }
            let text = rest.dropFirst()
            guard let end = text.firstIndex(of: 0x0A) else { return nil }
            return Substring(String(decoding: text[..<end], as: UTF8.self))
        }
    }
}
