import Access
import HTTP
import JSON
import Model
import Store

/// Which part of a list of the public API is asked for, and where its neighbours are.
struct PublicPage: Sendable {
    let limit: Int
    let offset: Int
    private let query: HTTPQuery

    init(_ query: HTTPQuery) throws {
        self.query = query
        limit = try query.whole("limit", in: 1...100) ?? 20
        offset = try query.whole("offset", in: 0...1_000_000_000) ?? 0
    }

    /// The things of the workspaces that the request names and the caller may see.
    func filter(_ request: HTTPRequest) throws -> OwnedFilter {
        let named: [WorkspaceID] = try query.ids("workspaceIds")
        let visible = request.caller.visibleWorkspaces
        var filter = OwnedFilter(
            includesDeleted: try query.flag("includeDeleted"), limit: limit, offset: offset)
        filter.workspaces = named.isEmpty ? visible.map(Array.init) : named.filter { visible?.contains($0) ?? true }
        return filter
    }

    /// The page with the addresses of those before and after it; an address is empty where there is none. Clients overlay
    /// the query of `next` on their own, so it repeats the whole of it.
    func answer(_ entries: [JSON], _ path: String, of request: HTTPRequest) -> JSON {
        let path = request.origin + "/v1/" + path
        let previous = offset == 0 ? "" : link(max(0, offset - limit), path)
        let next = entries.count < limit ? "" : link(offset + limit, path)
        return ["previous": .string(previous), "next": .string(next), "data": .array(entries)]
    }

    private func link(_ offset: Int, _ path: String) -> String {
        let kept = query.items.filter { $0.name != "limit" && $0.name != "offset" }.map {
            "\(Self.escaped($0.name))=\(Self.escaped($0.value))"
        }
        return path + "?" + (kept + ["limit=\(limit)", "offset=\(offset)"]).joined(separator: "&")
    }

    private static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { escaped, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                escaped.unicodeScalars.append(UnicodeScalar(byte))
            default: escaped += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
    }
}
