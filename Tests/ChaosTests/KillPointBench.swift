import JSON
import Posix
import Postgres
import SQL
import SQLite
import TestKit
import Testing

/// An installation in which one sync after the other is killed at a point of its own.
///
/// Each point has its own connectors and tables: a first sync brings four old rows, the second one is killed, and its
/// next attempt waits until what the first one left behind was looked at.
final class KillPointBench: Sendable {
    private static let old = 4

    let number: Int
    private let mode: KillPoint.Mode
    private let installation: Installation
    private let api: APIClient
    private let programs: [RunningProgram]
    private let store: JobStore
    /// Where destination-postgres writes to; nil: destination-sqlite.
    private let warehouse: (server: ThrowawayPostgres, url: String)?
    private let definition: JSON

    init(_ store: KillPoint.Store, _ mode: KillPoint.Mode) async throws {
        self.mode = mode
        number =
            (KillPoint.Store.allCases.firstIndex(of: store) ?? 0) * 3
            + (KillPoint.Mode.allCases.firstIndex(of: mode) ?? 0)
        switch store {
        case .sqlite:
            installation = try Installation()
            let (program, api) = try await installation.up()
            self.api = api
            programs = [program]
            self.store = .sqlite(path: "\(installation.data)/swiftlet.db")
            warehouse = nil
        case .postgres:
            let fleet = try await Fleet()
            installation = fleet.installation
            api = fleet.api
            programs = [try await fleet.worker(), fleet.server]
            self.store = .postgres(url: fleet.database)
            let server = try await ThrowawayPostgres.shared()
            warehouse = (server, try await server.freshDatabase())
        }
        let made = try await api.ask(
            "destination_definitions/create_custom",
            [
                "workspaceId": try await api.workspace(),
                "destinationDefinition": [
                    "name": "steps", "dockerRepository": "exec:destination-steps", "dockerImageTag": "dev",
                    "documentationUrl": "https://example.com", "supportsRefreshes": true,
                ],
            ])
        definition = try #require(made["destinationDefinitionId"])
    }

    func stop() async throws {
        for program in programs { #expect(await program.stop() == .exited(0)) }
        #expect(installation.jobDirectories.isEmpty)
    }

    /// How many steps each side takes when nobody is killed.
    func countSteps() async throws -> (source: Int, destination: Int) {
        let place = try await place(named: "count")
        try await place.plan(records: place.records, value: "new", kill: nil)
        let job = try await api.ended(api.sync(place.connection))
        #expect(job["job"]?["status"] == "succeeded", "\(job)")
        return (try place.steps(of: "source"), try place.steps(of: "destination"))
    }

    func survive(_ point: KillPoint) async throws {
        let place = try await place(named: "\(point.killer.rawValue)-\(point.step)")
        try await place.plan(records: place.records, value: "new", kill: point)
        let job = try await api.sync(place.connection)
        try await eventually { place.exists("again") }

        let saved = try await api.lastSaved(place.connection)
        let acknowledged = try place.acknowledged
        #expect(saved <= acknowledged, "\(point): saved \(saved), acknowledged \(acknowledged)")
        let left = try await place.rows()
        switch mode {
        case .overwrite:
            // The swap is the destination's last deed. It may come to it, though its attempt is dead, once it has been
            // handed COMPLETE, which comes behind all records and states.
            let isSwapped = left == place.numbers(1...place.records, "new")
            #expect(left == place.numbers(1...Self.old, "old") || isSwapped, "\(point): \(left)")
            #expect(
                !isSwapped || point.killer == .destination && point.step > place.records + place.records / 5, "\(point)"
            )
        case .append, .dedup:
            #expect(Set(left.map(\.id)).isSuperset(of: 1...max(saved, Self.old)), "\(point): \(left)")
        }

        try place.touch("go")
        try await expectUnharmed(try await api.ended(job), attempts: 2, in: store)
        let rows = try await place.rows()
        switch mode {
        case .overwrite: #expect(rows == place.numbers(1...place.records, "new"), "\(point)")
        case .dedup:
            #expect(
                rows == place.numbers(1...Self.old, "old") + place.numbers(Self.old + 1...place.records, "new"),
                "\(point)")
        case .append: #expect(rows.map(\.id) == Array(1...place.records), "\(point)")
        }
    }

    /// Connectors, a connection and the old rows.
    private func place(named name: String) async throws -> KillPointPlace {
        let directory = "\(installation.directory)/\(name)"
        try Directory.create(directory)
        let inner: JSON
        let table: KillPointPlace.Table
        if let warehouse {
            let schema = "at_\(name.replacing("-", with: "_"))"
            var configuration = warehouse.server.connectorConfiguration(warehouse.url)
            configuration["schema"] = .string(schema)
            inner = configuration
            table = .postgres(url: warehouse.url, schema: schema)
        } else {
            inner = ["destination_path": .string("\(directory)/numbers.db")]
            table = .sqlite(path: "\(directory)/numbers.db")
        }
        let source = try await api.source("exec:source-steps", ["directory": .string(directory)])
        let destination = try await api.ask(
            "destinations/create",
            [
                "workspaceId": try await api.workspace(), "name": .string(name), "destinationDefinitionId": definition,
                "connectionConfiguration": [
                    "directory": .string(directory), "inner": inner,
                    "program": .string("\(Program.directory)/swiftlet-connector"),
                    "name": .string(warehouse == nil ? "destination-sqlite" : "destination-postgres"),
                ],
            ])
        let place = KillPointPlace(
            directory: directory, table: table,
            connection: try await api.connection(
                from: source, to: try #require(destination["destinationId"]), mode.syncMode, mode.destinationSyncMode,
                more: ["namespaceDefinition": "destination"]),
            records: mode == .overwrite ? 20 : Self.old + 20)
        try await place.plan(records: Self.old, value: "old", kill: nil)
        let first = try await api.ended(api.sync(place.connection))
        #expect(first["job"]?["status"] == "succeeded", "\(first)")
        #expect(try await place.rows() == place.numbers(1...Self.old, "old"))
        return place
    }
}
