import Glibc
import HTTP
import JSON
import Model
import Posix
import Store
import TestKit
import Testing

/// What the API says of the installation as a whole.
struct CatalogTests {
    private static let definitions = "/api/public/v1/connector_definitions"

    @Test func `definitions of either kind are listed, and those of a workspace to its people only`() async throws {
        let api = try await TestAPI(as: .workspaceReader)
        let other = WorkspaceID()
        let (home, definition) = (api.workspace, api.sourceDefinition)
        try await api.database.write { session in
            try session.seed(Workspace(id: other, name: "Other", slug: "other", createdAt: TestAPI.now))
            for (workspace, name) in [(home, "Ours"), (other, "Theirs")] {
                try session.insert(
                    ConnectorDefinition(
                        kind: .source, workspaceID: workspace, name: name, repository: "exec:x", tag: "7",
                        specification: definition.specification, createdAt: TestAPI.now))
            }
        }
        let all = try await api.send(.get, Self.definitions + "?type=SOURCE")
        #expect(all["data"]?.arrayValue?.compactMap { $0["name"] } == ["Ours", .string(definition.name)])
        #expect(all["data"]?[0]?["version"] == "7" && all["data"]?[0]?["connectorDefinitionType"] == "source")
        let own = try await api.send(.get, Self.definitions + "?type=source&workspaceId=\(home)")
        #expect(own.json == all.json)
        let destinations = try await api.send(.get, Self.definitions + "?type=destination")
        #expect(destinations["data"]?[0]?["id"] == .string(api.destinationDefinition.id.description))
        #expect(try await api.send(.get, Self.definitions + "?type=source&workspaceId=\(other)").status == 404)
        #expect(try await api.send(.get, Self.definitions).status == 400)
        #expect(try await api.send(.get, Self.definitions + "?type=both").status == 400)
    }

    @Test func `there is one region, which new workspaces are in`() async throws {
        let api = try await TestAPI()
        let regions = try await api.send(.get, "/api/public/v1/regions")
        #expect(regions["data"]?.arrayValue?.count == 1)
        let workspace = try await api.send(.get, "/api/public/v1/workspaces/\(api.workspace)")
        #expect(regions["data"]?[0]?["name"] == workspace["dataResidency"])
        let organization = try await api.send(.get, "/api/public/v1/organizations")["data"]?[0]?["organizationId"]
        #expect(regions["data"]?[0]?["organizationId"] == organization)
        #expect(try await api.send(.get, "/api/public/v1/regions?organizationId=\(UUID())")["data"] == [])
    }

    @Test func `the public API leads to its description`() async throws {
        let page = try await TestAPI().send(.get, "/api/public/")
        #expect(page.headers["Content-Type"] == "text/html; charset=utf-8")
        #expect(page.body.contains("/api/v1/openapi"))
    }

    @Test func `a diagnostic report is an archive of what there is, without secrets`() async throws {
        let api = try await TestAPI()
        let connection = try await api.makeConnection()
        _ = try await api.post("connections/sync", ["connectionId": .string(connection)])
        let organization = try #require(
            try await api.post("workspaces/get", ["workspaceId": .string(api.workspace.description)])["organizationId"])
        let body: JSON = ["organizationId": organization]
        let path = "/api/v1/diagnostic_tool/generate_report"
        #expect(try await api.send(.post, path, body.text).status == 200)
        let response = await api.router.respond(
            to: try HTTPRequest(
                .post, path, headers: ["Host": "localhost", "Content-Type": "application/json"], body: body.bytes))
        #expect(response.headers["Content-Type"] == "application/zip")
        let file = "/tmp/swiftlet-report-\(UUID()).zip"
        try SecureFile.write(response.body, to: file)
        defer { unlink(file) }
        // Somebody else's reader of archives, which looks at the checksums too.
        let program = """
            import sys, zipfile
            archive = zipfile.ZipFile(sys.argv[1])
            assert archive.testzip() is None
            print(*archive.namelist(), archive.read("connections.json").decode(), archive.read("jobs.json").decode())
            """
        let output = "\(file).txt"
        defer { unlink(output) }
        let exit = try await Thread.value {
            let descriptor = try Descriptor.open(output, O_WRONLY | O_CREAT)
            var request = ChildRequest(
                "/usr/bin/env", ["python3", "-c", program, file], environment: Environment.current.values)
            request.descriptors = [nil, descriptor, descriptor]
            return try Child.spawn(request).wait()
        }
        let told = String(decoding: try SecureFile.read(output, limit: 1 << 20), as: UTF8.self)
        #expect(exit == .exited(0), "\(told)")
        for part in ["instance.json", "workspaces.json", "definitions.json", connection, #""configType": "sync""#] {
            #expect(told.contains(part), "\(part) in \(told)")
        }
        #expect(!String(decoding: response.body, as: UTF8.self).contains("hunter2"))
        #expect(
            try await api.post("diagnostic_tool/generate_report", ["organizationId": .string(UUID().description)])
                .status == 404)
    }
}
