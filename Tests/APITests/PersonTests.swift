import API
import HTTP
import JSON
import Model
import Posix
import SQL
import Store
import TestKit
import Testing

@Suite("Users and what they may do", .timeLimit(.minutes(3)))
struct PersonTests {
    private static let organization = JSON.string(UUID.zero.description)

    private func person(_ api: TestAPI, _ name: String) async throws -> JSON {
        let made = try await api.send(
            .post, "/api/swiftlet/users", #"{"name":"\#(name)","email":"\#(name)@Example.org"}"#)
        return try #require(made["userId"], "\(made.body)")
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a user is found by every name, renamed, and gone after the deletion`(_ engine: Dialect.Engine) async throws {
        let api = try await TestAPI(engine)
        let id: JSON = ["userId": try await person(api, "ann")]
        let ann = try await api.post("users/get", id)
        #expect(ann["name"] == "ann" && ann["email"] == "ann@example.org" && ann["status"] == "registered")
        #expect(try await api.post("users/get_by_email", ["email": "Ann@example.org"]).json == ann.json)
        let known: JSON = ["authUserId": try #require(ann["userId"])]
        #expect(try await api.post("users/get_by_auth_id", known).json == ann.json)
        let found = try await api.post("users/get_or_create_by_auth_id", known)
        #expect(found["userRead"] == ann.json && found["newUserCreated"] == false)

        let workspace = JSON.string(api.workspace.description)
        var change = id
        change["name"] = "Anna"
        change["defaultWorkspaceId"] = workspace
        let renamed = try await api.post("users/update", change)
        #expect(renamed["name"] == "Anna" && renamed["defaultWorkspaceId"] == workspace)
        #expect(try await api.post("users/get", id).json == renamed.json)
        change["defaultWorkspaceId"] = .string(UUID().description)
        #expect(try await api.post("users/update", change).status == 404)

        #expect(try await api.post("users/delete", id).status == 204)
        #expect(try await api.post("users/get", id).status == 404)
        #expect(try await api.post("users/get_by_email", ["email": "ann@example.org"]).status == 404)
        #expect(try await api.post("users/get_by_auth_id", known).status == 404)
        #expect(try await api.post("users/get_or_create_by_auth_id", known).status == 404)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a permission is given, read, changed and taken away`(_ engine: Dialect.Engine) async throws {
        let api = try await TestAPI(engine)
        let (user, workspace) = (try await person(api, "bob"), JSON.string(api.workspace.description))
        let made = try await api.post(
            "permissions/create",
            ["permissionType": "workspace_reader", "userId": user, "workspaceId": workspace])
        let id: JSON = ["permissionId": try #require(made["permissionId"], "\(made.body)")]
        let path = "/api/public/v1/permissions/\(try made.text("permissionId"))"
        #expect(try await api.post("permissions/get", id).json == made.json)
        #expect(try await api.send(.get, path).json == made.json)

        var change = id
        change["permissionType"] = "workspace_editor"
        #expect(try await api.post("permissions/update", change).status == 204)
        #expect(try await api.send(.get, path)["permissionType"] == "workspace_editor")
        let listed = try await api.post("permissions/list_by_user", ["userId": user])
        #expect(listed["permissions"]?.arrayValue?.compactMap { $0["permissionType"] } == ["workspace_editor"])
        let access = try await api.post("users/list_access_info_by_workspace_id", ["workspaceId": workspace])
        let entry = access["usersWithAccess"]?.arrayValue?.first { $0["userId"] == user }
        #expect(entry?["workspacePermission"]?["permissionType"] == "workspace_editor")
        #expect(entry?["userEmail"] == "bob@example.org")

        #expect(try await api.post("permissions/delete", id).status == 204)
        #expect(try await api.post("permissions/get", id).status == 404)
        #expect(try await api.send(.get, path).status == 404)
        #expect(try await api.post("permissions/list_by_user", ["userId": user])["permissions"] == [])
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `who is sent out of a workspace keeps what is theirs elsewhere`(_ engine: Dialect.Engine) async throws {
        let api = try await TestAPI(engine)
        let (user, workspace) = (try await person(api, "cy"), JSON.string(api.workspace.description))
        for (type, place) in [
            ("workspace_reader", ["workspaceId": workspace]), ("instance_admin", [:]),
            ("organization_member", ["organizationId": Self.organization]),
        ] as [(String, JSONObject)] {
            var body: JSONObject = ["permissionType": .string(type), "userId": user]
            for (key, value) in place { body[key] = value }
            #expect(try await api.post("permissions/create", .object(body)).status == 200)
        }
        let members = try await api.post("users/list_by_organization_id", ["organizationId": Self.organization])
        let types = members["users"]?.arrayValue?.filter { $0["userId"] == user }.compactMap { $0["permissionType"] }
        #expect(types == ["organization_member", "instance_admin"])
        let path = "/api/public/v1/users?organizationId=\(UUID.zero)"
        let found = try await api.send(.get, path + "&emails=cy@example.org")
        #expect(found["data"] == [["id": user, "name": "cy", "email": "cy@example.org"]])
        #expect(try await api.send(.get, path + "&ids=\(UUID())")["data"] == [])
        let admins = try await api.post("users/list_instance_admin")
        #expect(admins["users"]?.arrayValue?.contains { $0["userId"] == user } == true)

        let removal: JSON = ["userIdToRemove": user, "workspaceId": workspace]
        #expect(try await api.post("permissions/delete_user_from_workspace", removal).status == 204)
        let left = try await api.post("permissions/list_by_user", ["userId": user])
        let kept = Set(left["permissions"]?.arrayValue?.compactMap { $0["permissionType"]?.stringValue } ?? [])
        #expect(kept == ["organization_member", "instance_admin"])
    }
}
