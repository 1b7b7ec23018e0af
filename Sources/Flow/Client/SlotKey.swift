/// A limit that runs share: at most `limit` of those that name this key run at once.
///
/// The limit is the one that the last started run gave; a lower one takes effect as slots come free.
package struct SlotKey: Hashable, Sendable {
    package let name: String
    package let limit: Int

    package init(_ name: String, limit: Int) {
        self.name = name
        self.limit = max(1, limit)
    }
}
