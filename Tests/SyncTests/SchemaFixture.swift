import Airbyte
import JSON
import Model
import Posix
import SQL
import Store
import Sync
import Synchronization
import TestKit
import Time

/// A source of users, and connections that were configured with what it offered at first.
extension SyncFixture {
    static func users(_ fields: JSONObject = ["id": integer, "at": text, "name": text]) -> AirbyteStream {
        AirbyteStream(
            name: "users", jsonSchema: ["type": "object", "properties": .object(fields)],
            supportedSyncModes: [.fullRefresh, .incremental])
    }

    static let integer: JSON = ["type": "integer"]
    static let text: JSON = ["type": "string"]
    static let atFirst = AirbyteCatalog(streams: [users()])
    /// With another field, and another stream.
    static let grown = AirbyteCatalog(streams: [
        users(["id": integer, "at": text, "name": text, "age": integer]),
        AirbyteStream(name: "fresh", jsonSchema: ["type": "object", "properties": ["x": text]]),
    ])
    /// Without the cursor.
    static let broken = AirbyteCatalog(streams: [users(["id": integer, "name": text])])

    /// Adds a catalog of the source, discovered now or some time ago; returns its id.
    @discardableResult
    func discovered(_ catalog: AirbyteCatalog, ago: Duration = .zero) async throws -> UUID {
        try await database.write { session in
            let source = try session.connector(.source, source.id)
            return try session.keep(
                DiscoveredCatalog(
                    sourceID: source.id, catalog: catalog, configurationHash: source.configurationHash,
                    connectorVersion: "exec:none:1", createdAt: Instant(microseconds: session.now()) - ago))
        }
    }

    /// Adds a connection of users that was configured with the source's first catalog, discovered two days ago. Its
    /// source has lost a secret, so that no attempt of it begins.
    func usersConnection(
        _ change: @escaping @Sendable (inout Connection) -> Void = { _ in }
    ) async throws -> ConnectionID {
        try await database.write { session in
            var source = try session.lockedConnector(.source, source.id)
            source.configuration["password"] = ["_secret": "lost"]
            try session.update(source)
        }
        let catalog = try await discovered(Self.atFirst, ago: .seconds(2 * 86_400))
        let id = try await connection(streams: [
            ConfiguredStream(
                stream: Self.users(), syncMode: .incremental, destinationSyncMode: .appendDedup, cursorField: ["at"],
                primaryKey: [["id"]])
        ])
        try await database.write { session in
            var connection = try session.lockedConnection(id)
            connection.sourceCatalogID = catalog
            change(&connection)
            try session.update(connection)
        }
        return id
    }

    func read(_ id: ConnectionID) async throws -> Connection { try await database.read { try $0.connection(id) } }

    /// Has a connection take note of a catalog, as a sync does.
    func take(
        _ catalog: UUID, _ id: ConnectionID, on occasion: SchemaUpdater.Occasion = .sync,
        listener: any SchemaChangeListener = NotedSchemaChanges()
    ) async throws -> SchemaUpdate {
        let updater = SchemaUpdater(vault: vault, listener: listener)
        return try await database.write { session in
            try updater.update(
                session.lockedConnection(id), to: session.discoveredCatalog(catalog), on: occasion, in: session,
                at: Instant(microseconds: session.now()))
        }
    }

    /// Whether a job came as far as its attempt, which cannot be opened here.
    func hasTried(_ job: Job) async throws -> Bool {
        let attempts = try await database.read { try $0.attempts(of: job.id) }
        return attempts.count == 1 && attempts[0].failures.first?.externalMessage.contains("no longer stored") == true
    }
}

/// Keeps what it hears.
final class NotedSchemaChanges: SchemaChangeListener {
    private let events = Mutex<[SchemaChangeEvent]>([])

    var kinds: [SchemaChangeEvent.Kind] { events.withLock { $0.map(\.kind) } }
    var last: SchemaChangeEvent? { events.withLock { $0.last } }

    func schemaChanged(_ event: SchemaChangeEvent, in session: any Session) throws {
        events.withLock { $0.append(event) }
    }
}
