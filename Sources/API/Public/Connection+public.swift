import Airbyte
import JSON
import Model
import SchemaChanges
import Sync

extension Connection {
    /// The public API's shape.
    func publicWire(_ tags: [Tag]) -> JSON {
        let treatments = Dictionary(treatments.map { ($0.stream, $0) }) { first, _ in first }
        return JSON(present: [
            "connectionId": .id(id),
            "name": .string(name),
            "sourceId": .id(sourceID),
            "destinationId": .id(destinationID),
            "workspaceId": .id(workspaceID),
            "status": .string(status.rawValue),
            "statusReason": (statusReason ?? (awaitsStreams ? Self.streamsAwaited : nil)).map(JSON.string),
            "schedule": schedule.publicWire,
            "configurations": [
                "streams": .array(catalog.streams.map { $0.publicWire(treatments[$0.descriptor]) })
            ],
            "createdAt": .seconds(createdAt),
            "tags": .array(tags.map(\.wire)),
            "namespaceDefinition": .string(PublicNamespaceDefinition(namespaceDefinition).rawValue),
            "namespaceFormat": namespaceFormat.map(JSON.string),
            "nonBreakingSchemaUpdatesBehavior": .string(PublicSchemaUpdates(nonBreakingChanges).rawValue),
            "prefix": .string(prefix ?? ""),
        ])
    }

    /// Changes what the body names and leaves the rest; its streams are for `StreamWishes`.
    mutating func applyPublic(_ body: Body) throws {
        name = try body.name("name") ?? name
        if let wanted: PublicNamespaceDefinition = try body.optional("namespaceDefinition") {
            namespaceDefinition = wanted.stored
        }
        namespaceFormat = try body.text("namespaceFormat", atMost: 1000) ?? namespaceFormat
        prefix = try body.text("prefix", atMost: 500) ?? prefix
        if let wanted: Status = try body.optional("status"), wanted != status {
            guard wanted != .deprecated else {
                throw Problem.badRequest("status must be active or inactive; DELETE the connection to be rid of it.")
            }
            status = wanted
            statusReason = nil
        }
        if let wanted: Body = try body.optional("schedule") { schedule = try ConnectionSchedule(publicWire: wanted) }
        if let wanted: PublicSchemaUpdates = try body.optional("nonBreakingSchemaUpdatesBehavior") {
            nonBreakingChanges = wanted.stored
        }
    }
}

enum PublicNamespaceDefinition: String, WireReadable, CaseIterable {
    case source, destination
    case customFormat = "custom_format"

    init(_ stored: Connection.NamespaceDefinition) {
        switch stored {
        case .source: self = .source
        case .destination: self = .destination
        case .customFormat: self = .customFormat
        }
    }

    var stored: Connection.NamespaceDefinition {
        switch self {
        case .source: .source
        case .destination: .destination
        case .customFormat: .customFormat
        }
    }
}

enum PublicSchemaUpdates: String, WireReadable, CaseIterable {
    case ignore
    case disable = "disable_connection"
    case propagateColumns = "propagate_columns"
    case propagateFully = "propagate_fully"

    init(_ stored: Connection.NonBreakingChanges) {
        switch stored {
        case .ignore: self = .ignore
        case .disable: self = .disable
        case .propagateColumns: self = .propagateColumns
        case .propagateFully: self = .propagateFully
        }
    }

    var stored: Connection.NonBreakingChanges {
        switch self {
        case .ignore: .ignore
        case .disable: .disable
        case .propagateColumns: .propagateColumns
        case .propagateFully: .propagateFully
        }
    }
}

extension ConfiguredStream {
    /// Members that say nothing are left out, as clients leave them out.
    fileprivate func publicWire(_ treatment: StreamTreatment?) -> JSON {
        let fields = treatment?.selectsFields == true ? stream.fieldNames : []
        let mappers = treatment?.mappers ?? []
        return JSON(present: [
            "name": .string(stream.name),
            "namespace": stream.namespace.map(JSON.string),
            "syncMode": PublicSyncMode(self).map { .string($0.rawValue) },
            "cursorField": cursorField.flatMap { $0.isEmpty ? nil : JSON.strings($0) },
            "primaryKey": primaryKey.flatMap { $0.isEmpty ? nil : .array($0.map(JSON.strings)) },
            "selectedFields": fields.isEmpty ? nil : .fieldPaths(fields),
            "mappers": mappers.isEmpty ? nil : .array(mappers.map(StreamTreatment.mapperWire)),
            "includeFiles": false,
            "destinationObjectName": destinationObjectName.map(JSON.string),
        ])
    }
}
