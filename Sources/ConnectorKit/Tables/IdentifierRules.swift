/// What a database allows as the name of a table or column.
package struct IdentifierRules: Sendable {
    package static let temporarySuffix = "_swiftlet_tmp"

    package let maximumBytes: Int
    /// Whether names that differ only in case are the same.
    package let ignoresCase: Bool
    /// Columns that every table has of its own.
    package let systemColumns: [String]

    package init(maximumBytes: Int, ignoresCase: Bool, systemColumns: [String] = []) {
        self.maximumBytes = maximumBytes
        self.ignoresCase = ignoresCase
        self.systemColumns = systemColumns
    }

    /// A name for each item, no two the same. An item whose name can stand as it is gets it; of those that would clash,
    /// the others get a suffix made from what they are called at the source.
    package func assign(_ items: [(id: String, name: String)], reserved: [String] = []) -> [String: String] {
        var taken = Set(reserved.map(folded))
        var assigned: [String: String] = [:]
        let unchanged = items.filter { clean($0.name) == $0.name }
        let changed = items.filter { clean($0.name) != $0.name }
        for item in unchanged.sorted(by: { $0.id < $1.id }) + changed.sorted(by: { $0.id < $1.id }) {
            var name = clean(item.name)
            var salt = item.id
            while !taken.insert(folded(name)).inserted {
                name = shortened(clean(item.name), suffix: "_" + digest(salt))
                salt += "'"
            }
            assigned[item.id] = name
        }
        return assigned
    }

    /// The table that a truncating sync fills before it takes the place of `table`.
    package func temporary(of table: TableName) -> TableName {
        let base = table.name
        let fits = base.utf8.count + Self.temporarySuffix.utf8.count <= maximumBytes
        let suffix = fits ? Self.temporarySuffix : "_" + digest(base) + Self.temporarySuffix
        return TableName(schema: table.schema, name: shortened(base, suffix: suffix))
    }

    /// The name with what is no letter, digit or underscore replaced, and cut to length.
    package func clean(_ name: String) -> String {
        var cleaned = String(
            String.UnicodeScalarView(
                name.unicodeScalars.map { scalar in
                    if scalar.isASCII {
                        return scalar == "_" || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                            ? scalar : "_"
                    }
                    return scalar.properties.isAlphabetic || scalar.properties.numericType != nil ? scalar : "_"
                }))
        if cleaned.isEmpty { cleaned = "_" }
        // Such a table would be taken for another stream's temporary one.
        if folded(cleaned).hasSuffix(Self.temporarySuffix) { cleaned += "_" }
        if cleaned.utf8.count > maximumBytes { return shortened(cleaned, suffix: "_" + digest(name)) }
        return cleaned
    }

    private func folded(_ name: String) -> String { ignoresCase ? name.lowercased() : name }

    private func shortened(_ name: String, suffix: String) -> String {
        var head = Substring(name)
        while head.utf8.count + suffix.utf8.count > maximumBytes, !head.isEmpty { head = head.dropLast() }
        return head + suffix
    }

    /// Eight hexadecimal digits that stay the same from run to run (FNV-1a).
    private func digest(_ text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(UInt32(truncatingIfNeeded: hash ^ hash >> 32), radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
