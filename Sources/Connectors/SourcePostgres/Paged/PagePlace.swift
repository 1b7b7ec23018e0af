import JSON

/// How far the pages of a table have been read: the pages before this one are done, as are the pieces before this one.
struct PagePlace: Equatable {
    let piece: UInt32
    /// What the piece's rows are stored in; another one holds them in other places.
    let storage: UInt32
    var page: Int

    init(piece: UInt32, storage: UInt32, page: Int) {
        self.piece = piece
        self.storage = storage
        self.page = page
    }

    init?(_ json: JSON) {
        guard let piece = json["piece"]?.intValue, let storage = json["storage"]?.intValue,
            let page = json["page"]?.intValue, page >= 0
        else { return nil }
        self.init(
            piece: UInt32(truncatingIfNeeded: piece), storage: UInt32(truncatingIfNeeded: storage), page: page)
    }

    var json: JSON {
        ["piece": .integer(piece), "storage": .integer(storage), "page": .integer(page)]
    }
}
