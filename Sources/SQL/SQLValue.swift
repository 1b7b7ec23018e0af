/// One value on its way into or out of a database.
package enum SQLValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case double(Double)
    case text(String)
    case bytes([UInt8])
}
