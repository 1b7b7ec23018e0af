/// Which rows were written since a base, by the number of the transaction that wrote them.
///
/// Rows have the last 32 bits of it, so a row that is older than a whole round may look like a new one: it comes again.
/// None is passed over.
package struct XminCondition {
    /// Nil where every row is wanted.
    package let sql: String?

    /// - Parameter next: the first transaction that the read's own snapshot does not know of.
    package init(since base: UInt64?, next: UInt64) {
        // After a whole round, and on another server whose count is lower, the numbers tell nothing.
        guard let base, base <= next, next - base < 1 << 32 else {
            sql = nil
            return
        }
        let (low, high) = (base & 0xffff_ffff, next & 0xffff_ffff)
        let number = "xmin::text::bigint"
        sql = "\(number) >= \(low) \(low <= high ? "AND" : "OR") \(number) < \(high)"
    }
}
