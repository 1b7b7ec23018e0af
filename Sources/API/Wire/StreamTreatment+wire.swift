import Airbyte
import JSON
import Secrets

extension StreamTreatment {
    /// The fields that mappers hash, in Airbyte's older way to say so.
    var hashedFields: [String] {
        mappers.filter { $0["name"] == "hashing" }.compactMap { $0["config"]?["targetField"]?.stringValue }
    }

    /// A mapper as it is stored, in the words of the interface, its secrets masked.
    static func mapperWire(_ mapper: JSON) -> JSON {
        JSON(present: [
            "id": mapper["id"],
            "type": mapper["name"],
            "mapperConfiguration": SecretVault.masked(mapper["config"] ?? [:]),
        ])
    }
}

extension JSON {
    /// Top-level fields as `selectedFields` names them.
    static func fieldPaths(_ names: [String]) -> JSON { .array(names.map { ["fieldPath": .strings([$0])] }) }
}
