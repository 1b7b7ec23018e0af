import Access
import HTTP
import JSON
import Model
import SQL
import Store
import Synchronization

/// Holds every request against the access rule of its operation, before its handler runs.
///
/// What a caller must not know of is answered with 404, as if it were not there; what it may see and not do, with 403.
struct AccessControl: Sendable {
    let database: any Database
    private let owners = OwnerCache()

    init(database: any Database) { self.database = database }

    func check(_ caller: Caller, _ request: HTTPRequest, _ rule: AccessRule) async throws {
        if caller.isInstanceAdmin { return }
        switch rule {
        case .open: return
        case .instanceAdmin: throw Problem(.forbidden, "This is for the instance's admin.")
        case .visible(let subjects): _ = try await check(caller, request, .reader, subjects)
        case .role(let role, let subjects):
            guard try await check(caller, request, role, subjects) > 0 else {
                throw Problem.missing(subjects.first?.member ?? "workspaceId")
            }
        }
    }

    /// How many subjects the request named.
    private func check(
        _ caller: Caller, _ request: HTTPRequest, _ role: Role, _ subjects: [Subject]
    ) async throws -> Int {
        let names = try NamedSubjects(request)
        var named = 0
        for subject in subjects {
            for id in try names.ids(of: subject) {
                named += 1
                try allow(caller, subject.role ?? role, subject, id, await owner(of: subject.kind, id))
            }
        }
        return named
    }

    private func allow(_ caller: Caller, _ role: Role, _ subject: Subject, _ id: String, _ owner: Owner?) throws {
        switch owner {
        case .instance:
            guard role == .reader else { throw Problem(.forbidden, "This is for the instance's admin.") }
        case .workspace(let workspace):
            guard let own = caller.role(in: workspace) else { throw notFound(subject, id) }
            guard own >= role else {
                throw Problem(
                    .forbidden, "This needs the role \(role.rawValue) in the workspace; yours is \(own.rawValue).")
            }
        case nil: throw notFound(subject, id)
        }
    }

    private func notFound(_ subject: Subject, _ id: String) -> Problem {
        Problem(notFound: "\(subject.kind)", id: id, "There is no \(subject.kind) \(id).")
    }

    func owner(of kind: OwnedKind, _ id: String) async throws -> Owner? {
        if let known = owners[kind, id] { return known }
        let owner = try await database.read { try $0.owner(of: kind, id) }
        if let owner { owners[kind, id] = owner }
        return owner
    }
}

/// What belongs to whom never changes, so it is looked up once.
private final class OwnerCache: Sendable {
    private struct Key: Hashable {
        let kind: OwnedKind
        let id: String
    }

    private static let limit = 10_000
    private static let longestID = 128
    private let known = Mutex<[Key: Owner]>([:])

    subscript(_ kind: OwnedKind, _ id: String) -> Owner? {
        get { known.withLock { $0[Key(kind: kind, id: id)] } }
        set {
            // A number may be written with a megabyte of zeros before it.
            guard id.utf8.count <= Self.longestID else { return }
            known.withLock { known in
                if known.count >= Self.limit { known = [:] }
                known[Key(kind: kind, id: id)] = newValue
            }
        }
    }
}
