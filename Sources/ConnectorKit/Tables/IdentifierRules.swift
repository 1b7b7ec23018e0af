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

    /// A name for each item, in their order, no two the same. An item whose name can stand as it is gets it; of those that
    /// would clash, the others get a suffix made from what they are called at the source.
    package func assign(_ items: [(id: String, name: String)], reserved: [String] = []) -> [String] {
        var taken = Set(reserved.map(folded))
        var assigned = items.map { clean($0.name) }
        // By bytes: which of two names that look alike stays as it is must not depend on their order.
        let order = items.indices.map { index in
            [assigned[index] == items[index].name ? 0 : 1] + Array(items[index].id.utf8) + [0] + items[index].name.utf8
        }
        for index in items.indices.sorted(by: { order[$0].lexicographicallyPrecedes(order[$1]) }) {
            let clean = assigned[index]
            var salt = items[index].id
            while !taken.insert(folded(assigned[index])).inserted {
                assigned[index] = shortened(clean, suffix: "_" + digest(salt))
                salt += "'"
            }
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
