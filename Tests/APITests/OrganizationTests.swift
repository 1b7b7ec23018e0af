import HTTP
import JSON
import Model
import Posix
import SQL
import TestKit
import Testing

struct OrganizationTests {
    private static let zero = JSON.string(UUID.zero.description)

    @Test(arguments: Dialect.Engine.allCases)
    func `the first organization's address is read and changed under the id of zeros`(_ engine: Dialect.Engine)
        async throws
    {
        let api = try await TestAPI(engine)
        let id: JSON = ["organizationId": Self.zero]
        let read = try await api.post("organizations/get", id)
        #expect(read["email"] == "home@example.org")
        let change: JSON = ["organizationId": Self.zero, "email": "new@example.org"]
        #expect(try await api.post("organizations/update", change)["organizationName"] == "Home")
        #expect(try await api.post("organizations/get", id)["email"] == "new@example.org")
        let instance = try await api.send(.get, "/api/v1/instance_configuration")
        #expect(instance["defaultOrganizationId"] == Self.zero)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `an organization is made, found, filled and kept while it has workspaces`(_ engine: Dialect.Engine)
        async throws
    {
        let api = try await TestAPI(engine)
        let made = try await api.post("organizations/create", ["organizationName": "Branch", "email": "b@example.org"])
        let id: JSON = ["organizationId": try #require(made["organizationId"])]
        #expect(try await api.post("organizations/get", id).json == made.json)
        #expect(try await api.post("organizations/get_organization_info", id)["organizationName"] == "Branch")
        var list = try await api.post("organizations/list_by_user_id", ["userId": Self.zero, "nameContains": "bran"])
        #expect(list["organizations"] == [made.json])
        var workspace: JSON = ["name": "Shop floor"]
        workspace["organizationId"] = made["organizationId"]
        let inside = try await api.post("workspaces/create", workspace)
        let info = try await api.post(
            "workspaces/get_organization_info", ["workspaceId": try #require(inside["workspaceId"])])
        #expect(info["organizationName"] == "Branch")
        let summaries = try await api.post(
            "organizations/list_summaries",
            ["userId": Self.zero, "nameContains": "shop", "pagination": ["pageSize": 10, "rowOffset": 0]])
        #expect(summaries["organizationSummaries"]?.arrayValue?.count == 1)
        #expect(summaries["organizationSummaries"]?[0]?["organization"] == made.json)
        #expect(summaries["organizationSummaries"]?[0]?["workspaces"] == [inside.json])
        #expect(try await api.post("organizations/delete", id).status == 409)
        let empty = try await api.post("organizations/create", ["organizationName": "Empty"])
        let gone: JSON = ["organizationId": try #require(empty["organizationId"])]
        #expect(try await api.post("organizations/delete", gone).status == 204)
        #expect(try await api.post("organizations/get", gone).status == 404)
        #expect(try await api.post("organizations/delete", ["organizationId": Self.zero]).status == 409)
        list = try await api.post(
            "organizations/list_by_user_id", ["userId": Self.zero, "pagination": ["pageSize": 1, "rowOffset": 1]])
        #expect(list["organizations"]?.arrayValue?.count == 1)
        let stranger: JSON = ["userId": .string(UUID().description)]
        #expect(try await api.post("organizations/list_by_user_id", stranger).status == 404)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `the setup form says who owns the instance`(_ engine: Dialect.Engine) async throws {
        let api = try await TestAPI(engine)
        let answer = try await api.post(
            "instance_configuration/setup",
            [
                "email": "owner@example.org", "anonymousDataCollection": false, "initialSetupComplete": true,
                "displaySetupWizard": false, "userName": "Ada", "organizationName": "Ada's",
            ])
        #expect(answer["initialSetupComplete"] == true)
        #expect(answer["defaultOrganizationEmail"] == "owner@example.org")
        let organization = try await api.post("organizations/get", ["organizationId": Self.zero])
        #expect(organization["organizationName"] == "Ada's")
        #expect(organization["email"] == "owner@example.org")
        let person = try await api.database.read { try $0.row("SELECT name, email FROM person") }
        #expect(try person?.get("email", as: String.self) == "owner@example.org")
        #expect(try person?.get("name", as: String.self) == "Ada")
    }

    @Test func `an installation tells its name, that nothing is sold and where syncs run`() async throws {
        let api = try await TestAPI()
        let metadata = try await api.send(.post, "/api/v1/deployment/metadata")
        #expect(try UUID(metadata.text("id")) != nil)
        #expect(try metadata.text("id") != api.workspace.description, "anyone who is signed in reads it")
        #expect(try await api.send(.post, "/api/v1/deployment/metadata")["id"] == metadata["id"])
        #expect(metadata["version"] == "0.1.0")
        let id: JSON = ["organization_id": Self.zero]
        #expect(try await api.post("entitlements/get_entitlements", id).json == ["entitlements": []])
        let groups = try await api.post("dataplane_group/list", id)
        #expect(groups["dataplaneGroups"]?.arrayValue?.count == 1)
        let workspace = try await api.post("workspaces/get", ["workspaceId": .string(api.workspace.description)])
        #expect(groups["dataplaneGroups"]?[0]?["dataplane_group_id"] == workspace["dataplaneGroupId"])
        let nowhere: JSON = ["organization_id": .string(UUID().description)]
        #expect(try await api.post("entitlements/get_entitlements", nowhere).status == 404)
        #expect(try await api.post("dataplane_group/list", nowhere).status == 404)
    }
}
