import Airbyte
import HTTP
import JSON
import Model
import SQL
import Store

/// `/api/public/v1/streams`: what a source offers, and how it can be moved to a destination.
struct PublicStreamRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            Route(.get, Interface.publicPrefix + "/streams", "public.getStreamProperties") { request in
                .answer(try await streams(request.query))
            }
        ]
    }

    /// A bare list. Whoever asks for streams only waits longer than one who makes a connection.
    func streams(_ query: HTTPQuery) async throws -> JSON {
        guard let source: ConnectorID = try query.read("sourceId") else { throw Problem.missing("sourceId") }
        let destination: ConnectorID? = try query.read("destinationId")
        let usesCache = try !query.flag("ignoreCache")
        let modes = try await services.database.read { session -> [String]? in
            _ = try session.connector(.source, source)
            guard let destination else { return nil }
            let connector = try session.connector(.destination, destination)
            return try session.definition(of: connector).specification.supportedDestinationSyncModes
        }
        let found = try await SourceStreams(services).catalog(
            of: source, usesCache: usesCache, within: services.discoverPatience * 5)
        guard let found else {
            throw Problem(
                .unavailable,
                "The source has not told its streams yet, and its discovery goes on; send the request again in a while."
            )
        }
        return .array(found.catalog.streams.map { $0.publicWire(destinationModes: modes) })
    }
}

extension AirbyteStream {
    /// - Parameter destinationModes: what the destination lists; nil where none is named.
    fileprivate func publicWire(destinationModes: [String]?) -> JSON {
        JSON(present: [
            "streamName": .string(name),
            "streamnamespace": namespace.map(JSON.string),
            "syncModes": destinationModes.map { modes in
                .strings(PublicSyncMode.offered(by: self, to: modes).map(\.rawValue))
            },
            "defaultCursorField": .strings(defaultCursorField ?? []),
            "sourceDefinedCursorField": .bool(sourceDefinedCursor ?? false),
            "sourceDefinedPrimaryKey": .array((sourceDefinedPrimaryKey ?? []).map(JSON.strings)),
            "propertyFields": .array(fieldPaths.map(JSON.strings)),
        ])
    }

    /// Every field's path, those inside others after them. Cut off where a schema is deeper or larger than any that a
    /// person chooses fields from.
    private var fieldPaths: [[String]] {
        var paths: [[String]] = []
        func walk(_ node: JSON, _ path: [String]) {
            guard path.count < 32 else { return }
            for (name, child) in node["properties"]?.objectValue ?? [:] {
                guard paths.count < 20_000 else { return }
                paths.append(path + [name])
                walk(child, path + [name])
            }
        }
        walk(jsonSchema, [])
        return paths
    }
}
