import JSON
import Posix
import TestKit
import Testing

/// Connectors from PyPI as they are, in an installation of each store. What pip makes is kept beside the build, so that
/// it is made once.
@Suite(.serialized, .timeLimit(.minutes(15))) enum RealConnectors {
    enum Store: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case sqlite, postgres
        var testDescription: String { rawValue }
    }

    /// Where the virtual environments are: `.build/venvs` of the checkout.
    static var venvs: String {
        "\(#filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" })/.build/venvs"
    }
}

/// An installation, its programs and a warehouse to write to.
struct RealInstallation: Sendable {
    let api: APIClient
    let directory: String
    private let owner: (any Sendable)
    private let programs: [RunningProgram]

    static func start(_ store: RealConnectors.Store) async throws -> RealInstallation {
        let settings = ["SWIFTLET_VENVS": RealConnectors.venvs, "SWIFTLET_PYPI_ALLOWED": "airbyte-cdk"]
        switch store {
        case .sqlite:
            let installation = try Installation(settings: settings)
            let (program, api) = try await installation.up()
            return RealInstallation(
                api: api, directory: installation.directory, owner: installation, programs: [program])
        case .postgres:
            let fleet = try await Fleet(settings: settings)
            let worker = try await fleet.worker()
            return RealInstallation(
                api: fleet.api, directory: fleet.installation.directory, owner: fleet, programs: [worker])
        }
    }

    /// A source of that version; `latest` is the newest that PyPI has.
    func source(_ package: String, _ version: String, _ configuration: JSON) async throws -> JSON {
        let workspace = try await api.workspace()
        let made = try await api.ask(
            "source_definitions/create_custom",
            [
                "workspaceId": workspace,
                "sourceDefinition": [
                    "name": .string(package), "dockerRepository": .string("pypi:\(package)"),
                    "dockerImageTag": .string(version), "documentationUrl": "https://example.com",
                ],
            ])
        let source = try await api.ask(
            "sources/create",
            [
                "workspaceId": workspace, "name": .string(package), "connectionConfiguration": configuration,
                "sourceDefinitionId": try #require(made["sourceDefinitionId"]),
            ])
        return try #require(source["sourceId"])
    }

    /// A SQLite warehouse of the installation's own.
    var warehouse: String { "\(directory)/warehouse.db" }

    func destination() async throws -> JSON {
        try await api.destination("swiftlet/destination-sqlite", ["destination_path": .string(warehouse)])
    }
}
