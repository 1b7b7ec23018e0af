import JSON

/// How far the pages of a table have been read: the pages before this one are done, as are the pieces before this one.
struct PagePlace: Equatable, Sendable {
    let piece: UInt32
    /// What the piece's rows are stored in; another one holds them in other places.
    let storage: UInt32
    var page: Int
    /// The page's last row that is done.
    var item = 0

    init(piece: UInt32, storage: UInt32, page: Int, item: Int = 0) {
        self.piece = piece
        self.storage = storage
        self.page = page
        self.item = item
    }

    init?(_ json: JSON) {
        guard let piece = json["piece"]?.intValue, let storage = json["storage"]?.intValue,
            let page = json["page"]?.intValue, page >= 0, page < 1 << 32
        else { return nil }
        self.init(
            piece: UInt32(truncatingIfNeeded: piece), storage: UInt32(truncatingIfNeeded: storage), page: page)
    }

    var json: JSON {
        ["piece": .integer(piece), "storage": .integer(storage), "page": .integer(page)]
    }

    /// As SQL writes it.
    var ctid: String { "'(\(page),\(item))'::tid" }
}
