import Airbyte
import JSON
import TestKit

/// Catalogs that a seed makes again, small enough that two of them have much in common.
struct MadeUpCatalogs {
    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func catalog() -> AirbyteCatalog {
        AirbyteCatalog(streams: ["a", "b", "c", "d"].filter { _ in chance(3, of: 4) }.map { stream($0) })
    }

    /// Some of its streams, each in modes that fit.
    mutating func configured(_ catalog: AirbyteCatalog) -> ConfiguredCatalog {
        ConfiguredCatalog(
            streams: catalog.streams.filter { _ in chance(3, of: 4) }.map { stream in
                let fields = (stream.jsonSchema["properties"]?.objectValue?.keys ?? []).map { [$0] }
                guard let cursor = fields.randomElement(using: &random), let key = fields.randomElement(using: &random)
                else { return stream.configured() }
                let mode: SyncMode = chance(1, of: 2) ? .incremental : .fullRefresh
                let destination: DestinationSyncMode = chance(1, of: 4) ? .appendDedup : .append
                return stream.configured(mode, destination, cursor: cursor, key: [key])
            })
    }

    /// The same catalog with streams and the members of every object in another order.
    mutating func shuffled(_ catalog: AirbyteCatalog) -> AirbyteCatalog {
        var copy = catalog
        for index in copy.streams.indices { copy.streams[index].jsonSchema = shuffled(copy.streams[index].jsonSchema) }
        copy.streams.shuffle(using: &random)
        return copy
    }

    private mutating func shuffled(_ json: JSON) -> JSON {
        guard case .object(let object) = json else { return json }
        let members = object.map { ($0.key, shuffled($0.value)) }
        return .object(JSONObject(members.shuffled(using: &random)))
    }

    private mutating func stream(_ name: String) -> AirbyteStream {
        let cursor = chance(1, of: 3)
        return AirbyteStream(
            name: name, jsonSchema: schema(fields(depth: 3)), supportedSyncModes: [.fullRefresh, .incremental],
            sourceDefinedCursor: cursor, defaultCursorField: cursor ? ["f0"] : nil,
            sourceDefinedPrimaryKey: chance(1, of: 3) ? [["f\(Int.random(in: 0..<3, using: &random))"]] : nil)
    }

    private mutating func fields(depth: Int) -> JSON {
        var fields = JSONObject()
        for index in 0..<5 where chance(2, of: 3) { fields["f\(index)"] = node(depth: depth) }
        return .object(fields)
    }

    private mutating func node(depth: Int) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 6 : 3), using: &random) {
        case 0: string
        case 1: integer
        case 2: ["type": ["null", "boolean"]]
        case 3: schema(fields(depth: depth - 1))
        case 4: ["type": "array", "items": node(depth: depth - 1)]
        default: ["oneOf": [node(depth: depth - 1), string]]
        }
    }

    private mutating func chance(_ part: Int, of whole: Int) -> Bool {
        Int.random(in: 0..<whole, using: &random) < part
    }
}
