import HTTP
import JSON
import Model
import Store
import Time

/// What a list of the public API's jobs is asked for.
struct PublicJobList: Sendable {
    private enum Status: String, WireReadable, CaseIterable {
        case pending, queued, running, incomplete, failed, succeeded, cancelled
    }

    let filter: JobFilter
    private let query: HTTPQuery

    init(_ query: HTTPQuery) throws {
        self.query = query
        var filter = JobFilter()
        filter.connection = try query.read("connectionId")
        filter.workspaces = try query.all("workspaceIds").flatMap { $0.split(separator: ",") }.map { text in
            guard let id = WorkspaceID(String(text)) else {
                throw Problem.badRequest("workspaceIds must be UUIDs, one each or separated by commas.")
            }
            return id
        }
        filter.createdFrom = try query.read("createdAtStart")
        filter.createdTo = try query.read("createdAtEnd")
        filter.updatedFrom = try query.read("updatedAtStart")
        filter.updatedTo = try query.read("updatedAtEnd")
        filter.limit = try query.whole("limit", in: 1...100) ?? 20
        filter.offset = try query.whole("offset", in: 0...1_000_000_000) ?? 0
        if let type: PublicJobType = try query.read("jobType") { filter.kinds = [type.kind] }
        if let status: Status = try query.read("status") {
            if let own = Job.Status(rawValue: status.rawValue) { filter.statuses = [own] } else { filter.oldest = .max }
        }
        (filter.ordersByUpdate, filter.newestFirst) = try Self.order(query["orderBy"])
        self.filter = filter
    }

    /// Reads `createdAt|DESC`; oldest first where nothing is said.
    private static func order(_ text: String?) throws -> (byUpdate: Bool, newestFirst: Bool) {
        guard let text, !text.isEmpty else { return (false, false) }
        let parts = text.split(separator: "|", omittingEmptySubsequences: false).map { $0.lowercased() }
        guard parts.count == 2, ["createdat", "updatedat"].contains(parts[0]), ["asc", "desc"].contains(parts[1]) else {
            throw Problem.badRequest("orderBy must be createdAt or updatedAt, then | and ASC or DESC.")
        }
        return (parts[0] == "updatedat", parts[1] == "desc")
    }

    /// The addresses of the pages before and after this one; empty where there is none. Clients overlay the query of
    /// `next` on their own, so it repeats the whole of it.
    func links(count: Int, path: String) -> (previous: String, next: String) {
        func link(_ offset: Int) -> String {
            let kept = query.items.filter { $0.name != "limit" && $0.name != "offset" }.map {
                "\(Self.escaped($0.name))=\(Self.escaped($0.value))"
            }
            return path + "?" + (kept + ["limit=\(filter.limit)", "offset=\(offset)"]).joined(separator: "&")
        }
        return (
            filter.offset == 0 ? "" : link(max(0, filter.offset - filter.limit)),
            count < filter.limit ? "" : link(filter.offset + filter.limit)
        )
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

extension HTTPQuery {
    /// The parameter, read like a member of a body; nil where it is missing or empty. A wrong one is 400.
    fileprivate func read<Value: WireReadable>(_ name: String) throws -> Value? {
        guard let text = self[name], !text.isEmpty else { return nil }
        do { return try Value.read(.string(text), at: name) } catch let problem as Problem {
            throw Problem.badRequest(problem.message)
        }
    }

    fileprivate func whole(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = self[name], !text.isEmpty else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw Problem.badRequest("\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return value
    }
}
