import API
import HTTP
import JSON
import Model
import Posix
import SQL
import TestKit
import Testing

/// Text that means something to some program, in every place where an operation takes any.
@Suite("Hostile text", .timeLimit(.minutes(5)))
struct HostileTextTests {
    /// As they stand in a body, in JSON.
    private static let texts: [String] = [
        #"'; DROP TABLE connection; --\" OR \"\"=\" $1 ? :a \\(x) %s%n"#,
        #"<script>alert(1)</script>{{7*7}}${jndi:ldap://a}#{1}<%=1%>`id`$(id)|id;id"#,
        #"a\r\nSet-Cookie: a=b\r\n\r\n../../../etc/passwd\t\u001b[0m%2e%2e%2f"#,
        // One that reads from right to left, and two ways to write the same letter.
        #"\u202egnp\u2066e\u0301\u00e9\u200b\ufeff\ud835\udd4f"#,
        #"a\u0000b"#,
        // Half of a character.
        #"\ud800"#,
        String(repeating: "long", count: 20_000),
    ]

    /// Stands in a body for the text.
    private static let place = "a place for the text"

    @Test(arguments: Dialect.Engine.allCases)
    func `a text is refused or kept as it was sent, wherever it stands`(_ engine: Dialect.Engine) async throws {
        let house = try await FurnishedAPI(engine)
        let bystander = try await Bystander(house.api)
        var kept: Set<String> = []
        var turn = 0
        // Deletions come last, so that there is something to change until then.
        let routes = house.api.router.routes.sorted {
            !$0.operation.contains("delete") && $1.operation.contains("delete")
        }
        for route in routes {
            let contract = try #require(house.api.contracts[route.operation])
            // They call addresses that nobody thought of.
            // And one that is there is answered as it is.
            // A definition that is everybody's takes everybody's connectors along, and the set-up is the first workspace's.
            let isEverybodys = contract.operation.contains("delete") && contract.operation.contains("Definition")
            guard !isEverybodys, !route.path.contains("instance_configuration") else { continue }
            guard contract.isImplemented, !route.path.contains("notifications/try"),
                route.operation != "createWorkspaceIfNotExist", let takes = contract.takes
            else { continue }
            for body in house.holding(.string(Self.place), takes) {
                let isKept = Self.steps(to: Self.place, in: body).map(Self.isKept) ?? false
                // Each text at each place that is kept; elsewhere they take turns.
                let all = engine == .sqlite ? Self.texts : [Self.texts[0], Self.texts[3], Self.texts[4]]
                let texts = isKept ? all : [all[turn % all.count]]
                turn += 1
                for text in texts {
                    if try await send(text, in: body, to: route, contract, house) { kept.insert(route.operation) }
                }
            }
        }
        for operation in [
            "createSource", "partialUpdateDestination", "createConnection", "updateWorkspaceName", "createTag",
            "createApplication", "public.createWorkspace",
            "public.patchSource", "public.createConnection", "updateOrganization",
        ] { #expect(kept.contains(operation), "\(operation) takes no text, so nothing was tried with it") }
        #expect(kept.count > 30)
        try await bystander.expectUntouched()
    }

    /// Whether the text was kept: the answer, and what is read afterwards, hold it where it stood.
    private func send(
        _ text: String, in body: JSON, to route: Route, _ contract: Contract, _ house: FurnishedAPI
    ) async throws -> Bool {
        let json = body.text.replacing("\"\(Self.place)\"", with: "\"\(text)\"")
        let answer = try await house.api.send(route.method, house.path(of: route), json, isHeld: false)
        let what = "\(route.operation) with \(json.prefix(1000)): \(answer.status) \(answer.body.prefix(300))"
        #expect(answer.status < 500, "\(what)")
        guard answer.status == 200, let sent = try? JSON.parse(Array(json.utf8)) else {
            #expect(answer.status >= 300 || answer.body.isEmpty, "\(what)")
            return false
        }
        if contract.givesJSON, let gives = contract.gives {
            #expect(gives.mismatch(answer.json) == nil, "\(what): \(gives.mismatch(answer.json) ?? "")")
        }
        guard let steps = Self.steps(to: Self.place, in: body), Self.isKept(steps), !contract.isRead,
            let echo = Self.text(at: steps, in: answer.json), let wanted = Self.text(at: steps, in: sent)
        else { return false }
        #expect(Array(echo.utf8) == Array(wanted.utf8), "\(what)")
        guard let read = try await house.read(after: route, sent, answer) else { return true }
        #expect(read.status == 200, "\(what); reading it: \(read.status) \(read.body.prefix(300))")
        let stored = Self.text(at: steps, in: read.json)
        #expect(stored.map { Array($0.utf8) } == Array(wanted.utf8), "\(what); reading it: \(read.body.prefix(300))")
        return true
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a text in a path or a query is refused or looked for`(_ engine: Dialect.Engine) async throws {
        let house = try await FurnishedAPI(engine)
        let bystander = try await Bystander(house.api)
        let texts = [
            "..%2f..%2f..%2fetc%2fpasswd", "..%5c..%5cetc", "%2e%2e", "....", "%252e%252e%252f", "%00", "a%00b", "%ff",
            "%27%20OR%201=1--", "1;DROP%20TABLE%20job", "%0d%0aSet-Cookie:%20a=b", "%3Cscript%3E", "%E2%80%AE",
            "%f0%9d%95%8f",
            "-1", "9223372036854775808", "1e3", "0x1", "NaN", "*", "%25", "%7B%7D",
            String(repeating: "9", count: 5000),
        ]
        var tried = 0
        for route in house.api.router.routes {
            let contract = try #require(house.api.contracts[route.operation])
            guard contract.isImplemented else { continue }
            var paths: [String] = []
            for part in route.path.split(separator: "/") where part.hasPrefix("{") {
                let name = String(part.dropFirst().dropLast())
                paths += texts.map { house.path(of: route, name, holding: $0) }
            }
            let plain = paths.count
            if case .object(_, let members)? = contract.query {
                for member in members.all {
                    paths += texts.map { "\(house.path(of: route))?\(member.name)=\($0)" }
                }
            }
            for (index, path) in paths.enumerated() {
                let status = try await self.status(of: route, path, contract, house)
                #expect(status < 500, "\(route.method) \(path)")
                // No id is any of these, but for those that are looked up by a name.
                if index < plain { #expect((400..<500).contains(status), "\(route.method) \(path): \(status)") }
                tried += 1
            }
        }
        #expect(tried > 1000)
        try await bystander.expectUntouched()
    }

    /// What the server answers; 400 where the request does not reach it.
    private func status(
        of route: Route, _ path: String, _ contract: Contract, _ house: FurnishedAPI
    ) async throws -> Int {
        let body = contract.takes.map { house.example($0).text } ?? ""
        do {
            return try await house.api.send(route.method, path, body, isHeld: false).status
        } catch let error as HTTPError {
            #expect(error.code == .badRequest, "\(path): \(error)")
            return 400
        }
    }

    private enum Step { case name(String), index(Int) }

    /// Whether what stands there is stored as it is: names, and what connectors are told.
    private static func isKept(_ steps: [Step]) -> Bool {
        let names = steps.map { step in if case .name(let name) = step { name } else { "" } }
        // The names of tags that a connection is given are passed over: their ids count. Streams are told with what else
        // their source offers.
        guard !names.contains("tags"), !names.contains("syncCatalog") else { return false }
        return ["name", "organizationName", "prefix", "email"].contains(names.last)
            || ["connectionConfiguration", "configuration"].contains(names.first) && names.count == 2
    }

    private static func steps(to text: String, in json: JSON) -> [Step]? {
        switch json {
        case .string(text): return []
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                if let rest = steps(to: text, in: element) { return [.index(index)] + rest }
            }
        case .object(let members):
            for (name, member) in members {
                if let rest = steps(to: text, in: member) { return [.name(name)] + rest }
            }
        default: break
        }
        return nil
    }

    private static func text(at steps: [Step], in json: JSON) -> String? {
        steps.reduce(Optional(json)) { json, step in
            switch step {
            case .name(let name): json?[name]
            case .index(let index): json?[index]
            }
        }?.stringValue
    }
}

/// What belongs to others, and must be as it was.
private struct Bystander {
    private let api: TestAPI
    private let workspace: JSON
    private let before: [JSON]

    init(_ api: TestAPI) async throws {
        self.api = api
        let organization = try #require(
            try await api.post("workspaces/get", ["workspaceId": .string(api.workspace.description)])["organizationId"])
        workspace = .string(
            try await api.post("workspaces/create", ["name": "Bystander", "organizationId": organization])
                .text("workspaceId"))
        for (noun, definition) in [("source", api.sourceDefinition), ("destination", api.destinationDefinition)] {
            _ = try await api.post(
                "\(noun)s/create",
                [
                    "workspaceId": workspace, "name": "Bystander",
                    "connectionConfiguration": FurnishedAPI.configuration,
                    "\(noun)DefinitionId": .string(definition.id.description),
                ])
        }
        _ = try await api.post("tags/create", ["workspaceId": workspace, "name": "own", "color": "112233"])
        before = try await Self.state(api, workspace)
    }

    private static func state(_ api: TestAPI, _ workspace: JSON) async throws -> [JSON] {
        var state: [JSON] = []
        for path in ["workspaces/get", "sources/list", "destinations/list", "connections/list", "tags/list"] {
            var answer = try await api.post(path, ["workspaceId": workspace]).json
            for kind in ["source", "destination"] {
                guard let connectors = answer[kind + "s"]?.arrayValue else { continue }
                // The name of what they are made of is everybody's, and is changed here.
                answer[kind + "s"] = .array(
                    connectors.map { connector in
                        var connector = connector
                        connector[kind + "Name"] = nil
                        return connector
                    })
            }
            state.append(answer)
        }
        return state
    }

    func expectUntouched() async throws {
        #expect(before[1]["sources"]?.arrayValue?.count == 1)
        for (now, then) in zip(try await Self.state(api, workspace), before) { #expect(now == then) }
    }
}

extension Contract {
    fileprivate var isRead: Bool { if case .reads = effect { true } else { false } }
}

extension FurnishedAPI {
    /// What the operation that reads one says after one was made or changed; nil where there is no such operation.
    fileprivate func read(after route: Route, _ sent: JSON, _ answer: Answer) async throws -> Answer? {
        if route.path.contains("/public/") {
            func reading(_ fits: (String) -> Bool) -> Route? {
                api.router.routes.first { $0.method == .get && fits($0.path) }
            }
            if route.path.hasSuffix("}") {
                guard reading({ $0 == route.path }) != nil else { return nil }
                return try await api.send(.get, self.path(of: route), isHeld: false)
            }
            // Others stand below a workspace, which has operations of its own here.
            guard !route.path.contains("{"),
                let reads = reading({ path in
                    path.hasPrefix(route.path + "/{")
                        && path.split(separator: "/").count
                            == route.path.split(separator: "/").count + 1
                }), let last = reads.path.split(separator: "/").last
            else { return nil }
            let name = String(last.dropFirst().dropLast())
            guard let id = answer[name] ?? answer["id"] else { return nil }
            return try await api.send(.get, reads.path.replacing(last, with: id.stringValue ?? id.text), isHeld: false)
        }
        let path = route.path.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/get"
        guard let reads = api.router.routes.first(where: { $0.path == path && $0.method == .post }),
            let contract = api.contracts[reads.operation], contract.isImplemented,
            case .object(_, let members)? = contract.takes
        else { return nil }
        var body: JSON = [:]
        for member in members.all where member.isRequired {
            guard let id = answer[member.name] ?? sent[member.name] else { return nil }
            body[member.name] = id
        }
        return try await api.send(.post, path, body.text, isHeld: false)
    }
}
