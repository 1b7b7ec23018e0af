import HTTP
import JSON
import Model
import Posix
import SQL
import Store
import Time

/// `/api/v1/diagnostic_tool/generate_report`: what somebody who helps would ask first, in an archive to send them.
///
/// It holds no configuration and no log: names, versions, and how jobs went.
struct DiagnosticRoutes: Sendable {
    private static let mostJobs = 200

    let services: APIServices

    var routes: [Route] {
        [
            Route(.post, "/api/v1/diagnostic_tool/generate_report", "generateDiagnosticReport") { request in
                let archive = try await archive(Body(request))
                return HTTPResponse(
                    200,
                    headers: [
                        "Content-Type": "application/zip",
                        "Content-Disposition": "attachment; filename=\"diagnostic-report.zip\"",
                    ], body: archive.bytes)
            }
        ]
    }

    private func archive(_ body: Body) async throws -> ZipArchive {
        let id: UUID = try body.required("organizationId")
        let now = services.clock.now
        return try await services.database.read { session in
            let organization = try session.organization(id)
            let workspaces = try session.workspaces()
            let definitions = try ConnectorKind.allCases.flatMap { try session.definitions($0) }
            let connections = try workspaces.flatMap { try session.connections(workspace: $0.id) }
            var filter = JobFilter()
            filter.limit = Self.mostJobs
            var archive = ZipArchive()
            archive.add(
                "instance.json",
                [
                    "version": .string(services.version), "organizationId": .string(organization.id.description),
                    "createdAt": .string(now.iso8601), "workspaces": .integer(workspaces.count),
                    "connections": .integer(connections.count),
                ])
            archive.add("workspaces.json", .array(workspaces.map { ["id": .id($0.id), "name": .string($0.name)] }))
            archive.add("definitions.json", .array(definitions.map(\.diagnosis)))
            archive.add("connections.json", .array(connections.map(\.diagnosis)))
            archive.add("jobs.json", .array(try session.records(of: session.jobs(filter)).map(\.listWire)))
            return archive
        }
    }
}

extension ZipArchive {
    fileprivate mutating func add(_ name: String, _ json: JSON) { add(name, Array((json.prettyText + "\n").utf8)) }
}

extension ConnectorDefinition {
    fileprivate var diagnosis: JSON {
        [
            "id": .id(id), "kind": .string(kind.rawValue), "name": .string(name), "image": .string(repository),
            "tag": .string(tag), "custom": .bool(isCustom),
        ]
    }
}

extension Connection {
    fileprivate var diagnosis: JSON {
        [
            "id": .id(id), "workspaceId": .id(workspaceID), "status": .string(status.rawValue),
            "breakingChange": .bool(hasBreakingChange),
        ]
    }
}
