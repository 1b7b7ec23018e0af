import HTTP
import JSON
import Model
import SQL
import Store
import Time

/// `/api/v1/connections/events`: what happened to connections, the newest first.
struct EventRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            .config("connections/events/list", "listConnectionEvents", list),
            .config("connections/events/list_minimal", "listConnectionEventsMinimal", listMinimal),
            .config("connections/events/list_for_job", "listConnectionEventsForJob", listForJob),
            .config("connections/events/get", "getConnectionEvent", get),
        ]
    }

    func list(_ body: Body) async throws -> JSON {
        let id: ConnectionID = try body.required("connectionId")
        var filter = try EventFilter(wire: body)
        filter.connection = id
        let page: Body = try body.optional("pagination") ?? Body([:])
        filter.limit = min(filter.limit, max(try page.optional("pageSize") ?? 20, 1), 1000)
        filter.offset = max(try page.optional("rowOffset") ?? 0, 0)
        return try await services.database.read { [filter] session in
            _ = try session.connection(id)
            return ["events": .array(try session.events(filter).map(\.wire))]
        }
    }

    func listMinimal(_ body: Body) async throws -> JSON {
        let id: WorkspaceID = try body.required("workspaceId")
        var filter = try EventFilter(wire: body)
        filter.workspace = id
        return try await services.database.read { [filter] session in
            _ = try session.workspace(id)
            return ["events": .array(try session.events(filter).map(\.minimalWire))]
        }
    }

    func listForJob(_ body: Body) async throws -> JSON {
        let id: JobID = try body.required("id")
        return try await services.database.read { session in
            var filter = EventFilter()
            filter.job = try session.job(id).id
            return ["events": .array(try session.events(filter).map(\.wire))]
        }
    }

    /// With how it stands with telling others of it.
    func get(_ body: Body) async throws -> JSON {
        let id: EventID = try body.required("connectionEventId")
        let connection: ConnectionID = try body.required("connectionId")
        return try await services.database.read { session in
            let event = try session.event(id)
            guard event.connectionID == connection else { throw StoreError.notFound("connectionEvent", id) }
            return event.detailedWire(try session.deliveries(of: id))
        }
    }
}

extension EventFilter {
    /// Kinds may be named as Airbyte names them, or as we do.
    fileprivate init(wire body: Body) throws {
        self.init()
        limit = 10_000
        let types: [String] = try body.optional("eventTypes") ?? []
        kinds = ConnectionEvent.Kind.allCases.filter { types.contains($0.wireType) || types.contains($0.rawValue) }
        // Of kinds that are never recorded there are none.
        if !types.isEmpty, kinds.isEmpty { limit = 0 }
        createdFrom = try body.optional("createdAtStart")
        createdTo = try body.optional("createdAtEnd")
    }
}
