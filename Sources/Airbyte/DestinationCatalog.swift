package import JSON

/// What a destination that writes into objects of its own, such as a CRM's contacts, can do with them; the answer of its
/// `discover` (protocol.md 1.9).
package struct DestinationCatalog: Sendable, Hashable, Codable {
    /// One way to write into one object.
    package struct Operation: Sendable, Hashable, Codable {
        package var objectName: String
        package var syncMode: DestinationSyncMode
        /// What a record must look like.
        package var jsonSchema: JSON
        /// The keys by which records can be told to be the same; empty where they are only added.
        package var matchingKeys: [[String]]

        package init(
            objectName: String, syncMode: DestinationSyncMode, jsonSchema: JSON, matchingKeys: [[String]] = []
        ) {
            self.objectName = objectName
            self.syncMode = syncMode
            self.jsonSchema = jsonSchema
            self.matchingKeys = matchingKeys
        }

        package init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: CodingKeys.self)
            objectName = try members.decode(String.self, forKey: .objectName)
            syncMode = try members.decode(DestinationSyncMode.self, forKey: .syncMode)
            jsonSchema = try members.decodeIfPresent(JSON.self, forKey: .jsonSchema) ?? [:]
            matchingKeys = try members.decodeIfPresent([[String]].self, forKey: .matchingKeys) ?? []
        }

        enum CodingKeys: String, CodingKey {
            case objectName = "object_name"
            case syncMode = "sync_mode"
            case jsonSchema = "json_schema"
            case matchingKeys = "matching_keys"
        }
    }

    package var operations: [Operation]

    package init(operations: [Operation]) { self.operations = operations }
}
