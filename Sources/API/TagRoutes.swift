import Access
import HTTP
import JSON
import Model
import SQL
import Store

/// The words that connections are marked with, in both interfaces.
struct TagRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        let path = Interface.publicPrefix + "/tags"
        return [
            Route(.post, "/api/v1/tags/list", "listTags") { request in
                .answer(.array(try await tags(in: [Body(request).required("workspaceId")]).map(\.wire)))
            },
            .config("tags/create", "createTag", create),
            .config("tags/update", "updateTag") { body in try await update(body.required("tagId"), body) },
            .config("tags/delete", "deleteTag") { body in try await delete(body.required("tagId")) },
            Route(.get, path, "public.listTags") { .answer(try await list($0)) },
            Route(.post, path, "public.createTag") { .answer(try await create(Body($0))) },
            Route(.get, path + "/{tagId}", "public.getTag") { request in
                let id = try request.pathID("tagId", TagID.self)
                return .answer(try await services.database.read { try $0.tag(id).wire })
            },
            Route(.patch, path + "/{tagId}", "public.updateTag") { request in
                .answer(try await update(request.pathID("tagId"), Body(request)))
            },
            Route(.delete, path + "/{tagId}", "public.deleteTag") { request in
                try await delete(request.pathID("tagId"))
                return .noContent
            },
        ]
    }

    private func list(_ request: HTTPRequest) async throws -> JSON {
        let asked = try request.query.ids("workspaceIds", of: WorkspaceID.self)
        let visible = request.caller.visibleWorkspaces
        let workspaces =
            asked.isEmpty
            ? try await services.database.read { try $0.workspaces().map(\.id) }.filter {
                visible?.contains($0) ?? true
            }
            : asked
        return ["data": .array(try await tags(in: workspaces).map(\.wire))]
    }

    private func tags(in workspaces: [WorkspaceID]) async throws -> [Tag] {
        guard !workspaces.isEmpty else { return [] }
        return try await services.database.read { session in
            for workspace in workspaces { _ = try session.workspace(workspace) }
            return try session.tags(workspaces: workspaces)
        }
    }

    private func create(_ body: Body) async throws -> JSON {
        let tag = try Tag(
            workspaceID: body.required("workspaceId"), name: body.required("name"), color: body.required("color"))
        return try await services.database.write { session in
            _ = try session.workspace(tag.workspaceID)
            try session.insert(tag)
            return tag.wire
        }
    }

    private func update(_ id: TagID, _ body: Body) async throws -> JSON {
        let (name, color): (String?, String?) = (try body.optional("name"), try body.optional("color"))
        return try await services.database.write { session in
            var tag = try session.tag(id)
            try body.expectUnchanged(tag.wire)
            try tag.change(name: name ?? tag.name, color: color ?? tag.color)
            try session.update(tag)
            return tag.wire
        }
    }

    private func delete(_ id: TagID) async throws {
        try await services.database.write { session in
            _ = try session.tag(id)
            try session.deleteTag(id)
        }
    }
}

extension Tag {
    var wire: JSON {
        ["tagId": .id(id), "workspaceId": .id(workspaceID), "name": .string(name), "color": .string(color)]
    }
}
