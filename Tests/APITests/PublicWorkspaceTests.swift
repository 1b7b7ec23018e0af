import HTTP
import JSON
import Posix
import SQL
import TestKit
import Testing

/// The numbers are those of the scenarios of Airbyte's own acceptance suite.
@Suite("Workspaces of the public API", .timeLimit(.minutes(3)))
struct PublicWorkspaceTests {
    private static let path = "/api/public/v1/workspaces"

    private static func item(email: Bool, webhook: Bool = false, url: String? = nil) -> JSON {
        var hook: JSON = ["enabled": .bool(webhook)]
        hook["url"] = url.map(JSON.string)
        return ["email": ["enabled": .bool(email)], "webhook": hook]
    }

    @Test func `26, 27, 28: a workspace is made with Airbyte's notifications, renamed and deleted`() async throws {
        let api = try await TestAPI()
        let made = try await api.send(.post, Self.path, #"{"name":"Own"}"#)
        #expect(made.status == 200, "\(made.body)")
        #expect(made["dataResidency"] == "auto")
        let on = Self.item(email: true)
        #expect(
            made["notifications"] == [
                "success": Self.item(email: false), "failure": on, "connectionUpdate": on,
                "connectionUpdateActionRequired": on, "syncDisabled": on, "syncDisabledWarning": on,
            ])
        let id = try made.text("workspaceId")
        let one = Self.path + "/" + id
        #expect(try await api.send(.get, one).json == made.json)
        let config = try await api.post("workspaces/get", ["workspaceId": .string(id)])
        #expect(config["notificationSettings"]?["sendOnFailure"]?["notificationType"] == ["customerio"])
        let renamed = try await api.send(.patch, one, #"{"name":"Other"}"#)
        #expect(renamed["name"] == "Other")
        #expect(renamed["notifications"] == made["notifications"])
        let list = try await api.send(.get, Self.path + "?workspaceIds=\(id)")
        #expect(list["data"] == [renamed.json])
        #expect(try await api.send(.delete, one).status == 204)
        for method in [HTTPMethod.get, .delete] { #expect(try await api.send(method, one).status == 404) }
        #expect(try await api.post("workspaces/get", ["workspaceId": .string(id)]).status == 404)
        #expect(try await api.send(.get, Self.path + "?workspaceIds=\(id)")["data"] == [])
        #expect(
            try await api.send(.get, Self.path + "?includeDeleted=true&workspaceIds=\(id)")["data"]?.arrayValue?.count
                == 1)
        #expect(try await api.send(.post, Self.path, #"{"name":" "}"#).status == 422)
    }

    @Test func `29: notifications are changed switch by switch`() async throws {
        let api = try await TestAPI()
        let id = try await api.send(.post, Self.path, #"{"name":"Own"}"#).text("workspaceId")
        let one = Self.path + "/" + id
        let hooked = try await api.send(
            .patch, one, #"{"notifications":{"failure":{"webhook":{"enabled":true,"url":"https://h/x"}}}}"#)
        #expect(hooked["notifications"]?["failure"] == Self.item(email: true, webhook: true, url: "https://h/x"))
        #expect(hooked["notifications"]?["success"] == Self.item(email: false))
        let off = try await api.send(
            .patch, one,
            #"{"notifications":{"failure":{"email":{"enabled":false},"webhook":{"enabled":false}}}}"#)
        #expect(off["notifications"]?["failure"] == Self.item(email: false, url: "https://h/x"))
        #expect(try await api.send(.get, one).json == off.json)
    }

    @Test func `30, 31: a webhook that is on and has no address is refused, on creation and on update`() async throws {
        let api = try await TestAPI()
        let settings = #""notifications":{"failure":{"webhook":{"enabled":true}}}"#
        let made = try await api.send(.post, Self.path, #"{"name":"Own",\#(settings)}"#)
        #expect(made.status == 400)
        #expect(
            made["data"]?["message"] == "The 'failure' notification is enabled but is missing a URL.")
        let patched = try await api.send(.patch, Self.path + "/\(api.workspace)", "{\(settings)}")
        #expect(patched.status == 400)
        #expect(patched["data"]?["message"] == made["data"]?["message"])
    }

    @Test func `a deleted workspace takes its connectors, connections, definitions and secrets along`() async throws {
        let api = try await TestAPI()
        let connection = JSON.string(try await api.makeConnection())
        let read = try await api.post("connections/get", ["connectionId": connection])
        #expect(try await api.send(.delete, Self.path + "/\(api.workspace)").status == 204)
        #expect(try await api.post("connections/get", ["connectionId": connection])["status"] == "deprecated")
        #expect(try await api.send(.get, "/v1/sources/\(read["sourceId"]?.stringValue ?? "")").status == 404)
        let secrets = try await api.database.read { try $0.value("SELECT count(*) FROM secret", as: Int.self) }
        #expect(secrets == 0)
        #expect(try await api.send(.post, Self.path, #"{"name":"Home"}"#).status == 200)
    }
}
