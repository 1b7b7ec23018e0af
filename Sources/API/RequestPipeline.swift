import Access
import HTTP
import JSON
import Log
import Model
import Posix
import SQL
import Store

/// What happens around every handler: who asks is found out, whether they may is checked, a request that is sent again
/// under its key is answered again, and what was changed is put on record.
struct RequestPipeline: Sendable {
    typealias Failure = @Sendable (any Error, HTTPRequest) -> HTTPResponse

    let database: any Database
    let services: AccessServices
    let control: AccessControl
    let contracts: ContractTable
    let log: Log
    let failure: Failure

    init(_ services: APIServices, _ contracts: ContractTable, failure: @escaping Failure) {
        database = services.database
        self.services = services.access
        control = AccessControl(database: services.database)
        self.contracts = contracts
        log = services.log
        self.failure = failure
    }

    /// The route with everything around its handler.
    func guarding(_ route: Route) throws(HTTPError) -> Route {
        guard let contract = contracts[route.operation] else {
            throw HTTPError(.routes, "The operation \(route.operation) has no contract.")
        }
        return Route(route.method, route.path, route.operation) { request in
            try await respond(to: try await admitted(request, contract), contract, route.handler)
        }
    }

    private func respond(
        to request: HTTPRequest, _ contract: Contract, _ handler: @escaping Route.Handler
    ) async throws -> HTTPResponse {
        guard contract.effect != .reads else {
            return try await handler(request).tagged(for: request)
        }
        guard contract.effect == .creates, let key = request.headers["Idempotency-Key"] else {
            return await recorded(request, contract, handler)
        }
        return try await once(key, request, contract, handler)
    }

    /// The request with its caller. What anyone may call is not looked at: a stale token must not keep anyone from
    /// getting a new one.
    private func admitted(_ request: HTTPRequest, _ contract: Contract) async throws -> HTTPRequest {
        if case .open = contract.access { return request }
        let cookie = SessionCookie.value(in: request)
        let caller = try await services.authenticator.caller(
            authorization: request.headers["Authorization"], cookie: cookie,
            address: request.address(behind: services.settings.proxies))
        if caller.method == .session, contract.effect != .reads {
            try SessionCookie.expectForm(request, cookie ?? "", services.signIn)
        }
        try await control.check(caller, request, contract.access)
        var admitted = request
        admitted.principal = caller
        return admitted
    }

    private func once(
        _ key: String, _ request: HTTPRequest, _ contract: Contract, _ handler: @escaping Route.Handler
    ) async throws -> HTTPResponse {
        // The target too: a path may name what is changed.
        let body = Array("\(request.path)\n".utf8) + request.body
        guard
            let keyed = IdempotencyStore.Request(
                key: key, scope: request.caller.idempotencyScope, operation: contract.operation, body: body)
        else { throw Problem.badRequest("Idempotency-Key must be 1 to 255 printable ASCII characters.") }
        let outcome = try await services.idempotency.once(keyed) {
            IdempotencyStore.Answer(await recorded(request, contract, handler))
        }
        switch outcome {
        case .answered(let answer, let isReplay): return HTTPResponse(answer, isReplay: isReplay)
        case .underWay:
            throw Problem(.tryAgainLater, "A request with this Idempotency-Key is being carried out; try again.")
        case .otherRequest:
            throw Problem.unprocessable("This Idempotency-Key was used for another request; take a new one.")
        }
    }

    /// Carries the request out and writes down who asked for it and what came of it.
    private func recorded(
        _ request: HTTPRequest, _ contract: Contract, _ handler: @escaping Route.Handler
    ) async -> HTTPResponse {
        let response: HTTPResponse
        do { response = try await handler(request) } catch { response = failure(error, request) }
        if case .open = contract.access { return response }
        let subject = subject(of: request, contract, response)
        do {
            let workspace = try await workspace(of: request, contract)
            try await services.audit.append(
                request.caller, operation: contract.operation, workspace: workspace, subject: subject,
                status: response.status, request: request.id)
        } catch {
            // The change is made; to answer anything else would have it made again.
            log.error(
                "A change could not be put on record: \(error)",
                ["operation": .string(contract.operation), "requestId": .string(request.id.description)])
        }
        return response
    }

    /// What was made, or what the request names.
    private func subject(of request: HTTPRequest, _ contract: Contract, _ response: HTTPResponse) -> String? {
        if contract.effect == .creates, response.status == 200, let made = try? JSON.parse(response.body),
            let id = made.objectValue?.first(where: { $0.key.hasSuffix("Id") || $0.key == "id" })?.value
        {
            return id.stringValue ?? id.intValue.map(String.init)
        }
        return named(by: request, contract).first?.id
    }

    private func workspace(of request: HTTPRequest, _ contract: Contract) async throws -> WorkspaceID? {
        guard let (subject, id) = named(by: request, contract).first else { return nil }
        guard case .workspace(let workspace)? = try await control.owner(of: subject.kind, id) else { return nil }
        return workspace
    }

    private func named(by request: HTTPRequest, _ contract: Contract) -> [(subject: Subject, id: String)] {
        guard case .role(_, let subjects) = contract.access, let names = try? NamedSubjects(request) else { return [] }
        return subjects.flatMap { subject in ((try? names.ids(of: subject)) ?? []).map { (subject, $0) } }
    }
}

extension HTTPResponse {
    /// With the tag of its body, or 304 where the client has just this.
    fileprivate func tagged(for request: HTTPRequest) -> HTTPResponse {
        guard status == 200, fileBody == nil, !body.isEmpty else { return self }
        let tag = EntityTag(of: body)
        var response = self
        response.headers["ETag"] = tag.description
        if request.method == .get || request.method == .head, let known = request.headers["If-None-Match"],
            tag.isNamed(in: known, weakly: true)
        {
            response.status = 304
            response.body = []
        }
        return response
    }

    fileprivate init(_ answer: IdempotencyStore.Answer, isReplay: Bool) {
        self.init(answer.status, headers: [:], body: answer.body)
        if !answer.contentType.isEmpty { headers["Content-Type"] = answer.contentType }
        if isReplay { headers["Idempotent-Replayed"] = "true" }
    }
}

extension IdempotencyStore.Answer {
    fileprivate init(_ response: HTTPResponse) {
        self.init(
            status: response.status, contentType: response.headers["Content-Type"] ?? "", body: response.body)
    }
}
