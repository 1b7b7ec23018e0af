import JSON

/// The part of a list that `pagination` asks for.
struct RowPage: Sendable {
    static let most = 1000

    let size: Int
    let offset: Int

    init(_ body: Body, size standard: Int = 20) throws {
        let page: Body = try body.optional("pagination") ?? Body([:])
        let size: Int = try page.optional("pageSize") ?? standard
        let offset: Int = try page.optional("rowOffset") ?? 0
        guard size >= 1, offset >= 0 else {
            throw Problem.badRequest("pageSize must be 1 or more, and rowOffset 0 or more.")
        }
        self.size = min(size, Self.most)
        self.offset = offset
    }
}
