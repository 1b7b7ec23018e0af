/// Cuts bytes into lines; the newline, and a carriage return before it, are left out.
struct LineSplitter {
    private var partial: [UInt8] = []
    private let limit: Int
    private let cuts: Bool

    /// A line longer than `limit` is handed out in pieces where `cuts`, else it is an error.
    init(limit: Int, cuts: Bool) {
        self.limit = limit
        self.cuts = cuts
    }

    mutating func append(_ part: [UInt8], _ onLine: ([UInt8]) throws -> Void) throws {
        var rest = part[...]
        while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
            partial += rest[..<newline]
            rest = rest[(newline + 1)...]
            if !cuts && partial.count > limit { throw tooLong }
            try hand(onLine)
        }
        partial += rest
        guard partial.count > limit else { return }
        guard cuts else { throw tooLong }
        try hand(onLine)
    }

    /// Hands out a last line that has no newline.
    mutating func finish(_ onLine: ([UInt8]) throws -> Void) rethrows {
        if !partial.isEmpty { try hand(onLine) }
    }

    private mutating func hand(_ onLine: ([UInt8]) throws -> Void) rethrows {
        if partial.last == UInt8(ascii: "\r") { partial.removeLast() }
        let line = partial
        partial = []
        try onLine(line)
    }

    private var tooLong: LauncherError {
        LauncherError(.tooMuchOutput, "The connector wrote a line of more than \(limit) bytes.")
    }
}
