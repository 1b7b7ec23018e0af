/// Amounts as Kubernetes writes them, which Airbyte's API takes: `500m` processors, `1.5Gi` of memory.
package enum ResourceQuantity {
    /// Thousandths of a processor.
    package static func processors(_ text: String) throws(QuantityError) -> Int64 {
        try thousandths(text, ["": 1000, "m": 1], "processors, such as 0.5 or 500m")
    }

    package static func bytes(_ text: String) throws(QuantityError) -> Int64 {
        let kilo: Int64 = 1000
        let kibi: Int64 = 1024
        let units: [String: Int64] = [
            "": 1, "k": kilo, "M": kilo * kilo, "G": kilo * kilo * kilo, "T": kilo * kilo * kilo * kilo,
            "Ki": kibi, "Mi": kibi * kibi, "Gi": kibi * kibi * kibi, "Ti": kibi * kibi * kibi * kibi,
        ]
        let bytes = try thousandths(text, units, "memory, such as 512Mi or 2G")
        guard bytes >= 6 << 20 else { throw QuantityError("“\(text)” is too little memory; 6Mi is the least.") }
        return bytes
    }

    /// A number with at most three digits behind the point, times its unit.
    private static func thousandths(
        _ text: String, _ units: [String: Int64], _ what: String
    ) throws(QuantityError) -> Int64 {
        let refusal = QuantityError("“\(text.prefix(40))” is no amount of \(what).")
        let digits = text.prefix { "0123456789.".contains($0) }
        guard let unit = units[String(text.dropFirst(digits.count))] else { throw refusal }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts[0].count <= 15, let whole = Int64(parts[0]) else { throw refusal }
        var amount = whole.multipliedReportingOverflow(by: unit)
        if parts.count == 2 {
            guard (1...3).contains(parts[1].count), let rest = Int64(parts[1]) else { throw refusal }
            let scale: Int64 = [10, 100, 1000][parts[1].count - 1]
            amount.partialValue &+= rest * unit / scale
        }
        guard !amount.overflow, (1..<1 << 60).contains(amount.partialValue) else { throw refusal }
        return amount.partialValue
    }
}

/// Why a text is no amount.
package struct QuantityError: Error {
    package let message: String

    init(_ message: String) { self.message = message }
}
