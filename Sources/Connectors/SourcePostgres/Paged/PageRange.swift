/// Some pages of a table, to be read by one connection in one go.
struct PageRange: Sendable {
    /// Its place among the ranges of the read.
    let number: Int
    let piece: TablePiece
    let start: PagePlace
    let end: PagePlace
}

/// The ranges that the pages of one table are cut into.
struct PageRanges: Sendable {
    let extent: TableSnapshot.Extent
    let start: PagePlace
    /// How many pages a range has.
    let step: Int

    var count: Int { extent.pages > start.page ? (extent.pages - start.page + step - 1) / step : 0 }

    /// - Parameter number: the range's place in the read.
    func range(_ index: Int, number: Int) -> PageRange {
        func place(_ page: Int) -> PagePlace {
            PagePlace(piece: start.piece, storage: start.storage, page: min(extent.pages, page))
        }
        let first = start.page + index * step
        return PageRange(
            number: number, piece: extent.piece, start: index == 0 ? start : place(first), end: place(first + step))
    }
}
