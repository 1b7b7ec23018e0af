import HTTP
import JSON
import Model
import SQL
import Schedule
import Store
import Time

/// `/api/v1/web_backend`: small things that Airbyte's web interface asks for.
struct WebRoutes: Sendable {
    private static let shownFirings = 5

    let services: APIServices

    var routes: [Route] {
        [
            .config("web_backend/describe_cron_expression", "webBackendDescribeCronExpression", describe),
            .config("web_backend/workspace/state", "webBackendGetWorkspaceState", contents),
            .config("web_backend/check_updates", "webBackendCheckUpdates", updates),
            Route(.get, "/api/v1/web_backend/config", "getWebappConfig") { _ in
                .answer(["version": .string(services.version), "edition": "community"])
            },
        ]
    }

    /// In words, with when it fires next; by the clock of UTC.
    func describe(_ body: Body) async throws -> JSON {
        let text: String = try body.required("cronExpression")
        let cron: CronExpression
        do throws(ScheduleError) { cron = try CronExpression(text) } catch {
            throw Problem.badRequest("cronExpression: \(error.message)")
        }
        var firings: [JSON] = []
        var last = services.clock.now
        while firings.count < Self.shownFirings, let next = cron.nextFiring(after: last, in: .utc) {
            firings.append(.seconds(next))
            last = next
        }
        return [
            "cronExpression": .string(text), "description": .string(cron.words), "nextExecutions": .array(firings),
        ]
    }

    func contents(_ body: Body) async throws -> JSON {
        let id: WorkspaceID = try body.required("workspaceId")
        return try await services.database.read { session in
            _ = try session.workspace(id)
            return [
                "hasConnections": .bool(try session.hasConnections(in: id)),
                "hasSources": .bool(try session.hasConnectors(.source, in: id)),
                "hasDestinations": .bool(try session.hasConnectors(.destination, in: id)),
            ]
        }
    }

    /// Definitions are brought up to date by the programs themselves when they are.
    func updates(_ body: Body) async throws -> JSON { ["sourceDefinitions": 0, "destinationDefinitions": 0] }
}
