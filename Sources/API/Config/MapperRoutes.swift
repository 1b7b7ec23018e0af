import Airbyte
import HTTP
import JSON
import Mapping
import Model
import SQL
import Secrets
import Store

/// `/api/v1/web_backend/mappers/validate`: what mappers make of a stream, one after the other, before they are saved.
struct MapperRoutes: Sendable {
    private static let most = 100

    let services: APIServices

    var routes: [Route] { [.config("web_backend/mappers/validate", "webBackendValidateMappers", validate)] }

    func validate(_ body: Body) async throws -> JSON {
        let id: ConnectionID = try body.required("connectionId")
        let named: Body = try body.required("streamDescriptor")
        let descriptor = StreamDescriptor(
            wireName: try named.required("name"), namespace: try named.optional("namespace"))
        let mappers = try body.required("mappers", as: [Body].self).map(SyncCatalog.mapper)
        guard mappers.count <= Self.most else {
            throw Problem.unprocessable("A stream may have \(Self.most) mappers at most.")
        }
        let (stream, stored) = try await services.database.read { [vault = services.vault] session in
            let connection = try session.connection(id)
            guard let stream = connection.catalog.streams.first(where: { $0.descriptor == descriptor }) else {
                throw Problem.unprocessable("The connection has no stream \(descriptor).")
            }
            let treated = connection.treatments.filter { $0.stream == descriptor }
            return (stream, try vault.hydrate(treated, in: session).treatments.flatMap(\.mappers))
        }
        var before = stream
        var applied: [Mapper] = []
        var verdicts: [JSON] = []
        for mapper in mappers {
            var verdict: JSON = ["inputFields": before.fieldsWire]
            verdict["id"] = mapper["id"]
            do throws(MapperError) {
                let next = try Mapper(json: mapper.withKey(of: stored))
                let mapped = MappedStream(stream, mappers: applied + [next])
                if let fault = mapped.faults.first { throw fault.error }
                applied.append(next)
                before = mapped.stream
            } catch {
                verdict["validationError"] = [
                    "type": .string(error.code.rawValue), "message": .string(error.description),
                ]
            }
            verdict["outputFields"] = before.fieldsWire
            verdicts.append(verdict)
        }
        return [
            "initialFields": stream.fieldsWire, "outputFields": before.fieldsWire, "mappers": .array(verdicts),
        ]
    }
}

extension JSON {
    /// A mapper whose masked key is the stored one's again.
    fileprivate func withKey(of stored: [JSON]) -> JSON {
        guard self["config"]?["key"] == .string(SecretVault.mask), let id = self["id"],
            let key = stored.first(where: { $0["id"] == id })?["config"]?["key"]
        else { return self }
        var copy = self
        copy["config"]?["key"] = key
        return copy
    }
}

extension ConfiguredStream {
    /// The fields at the top of its records.
    fileprivate var fieldsWire: JSON {
        let keys = Set(effectivePrimaryKey.filter { $0.count == 1 }.compactMap(\.first))
        let cursor = effectiveCursor?.count == 1 ? effectiveCursor?.first : nil
        return .array(
            (stream.jsonSchema["properties"]?.objectValue ?? [:]).map { name, schema in
                [
                    "name": .string(name), "type": .string(schema.fieldType),
                    "isSelectedPrimaryKey": .bool(keys.contains(name)), "isSelectedCursor": .bool(cursor == name),
                ]
            })
    }
}

extension JSON {
    /// Airbyte's word for the type that a field's schema tells.
    fileprivate var fieldType: String {
        let named = (self["type"]?.arrayValue ?? self["type"].map { [$0] } ?? []).compactMap(\.stringValue)
        let types = named.filter { $0 != "null" }
        guard types.count == 1, let type = types.first else {
            return types.isEmpty && self["oneOf"] == nil && self["anyOf"] == nil ? "UNKNOWN" : "MULTI"
        }
        switch type {
        case "string": return timeType
        case "boolean", "integer", "number", "array", "object": return type.uppercased()
        default: return "UNKNOWN"
        }
    }

    private var timeType: String {
        let hasZone = self["airbyte_type"]?.stringValue?.hasSuffix("without_timezone") != true
        return switch self["format"]?.stringValue {
        case "date": "DATE"
        case "date-time": hasZone ? "TIMESTAMP_WITH_TIMEZONE" : "TIMESTAMP_WITHOUT_TIMEZONE"
        case "time": hasZone ? "TIME_WITH_TIMEZONE" : "TIME_WITHOUT_TIMEZONE"
        default: "STRING"
        }
    }
}
