/// What a warehouse makes of records, as its configuration wants it.
package struct TableStyle: Sendable {
    /// Whether each record becomes a row with all of it in one column, and none takes the place of another.
    package var isRaw = false
    /// Whether rows that were deleted at the source stay, with the time when they were.
    package var keepsDeleted = false

    package init() {}
}
