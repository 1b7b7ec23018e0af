import Airbyte
package import JSON

extension CatalogDiff {
    /// As Airbyte's API writes it (protocol.md 5.2).
    package var json: JSON { ["transforms": .array(transforms.map(\.json))] }
}

extension StreamTransform {
    fileprivate var json: JSON {
        switch change {
        case .added: ["transformType": "add_stream", "streamDescriptor": descriptor.json]
        case .removed: ["transformType": "remove_stream", "streamDescriptor": descriptor.json]
        case .updated(let fields, let attributes):
            [
                "transformType": "update_stream", "streamDescriptor": descriptor.json,
                "updateStream": [
                    "fieldTransforms": .array(fields.map(\.json)),
                    "streamAttributeTransforms": .array(attributes.map(\.json)),
                ],
            ]
        }
    }
}

extension FieldTransform {
    fileprivate var json: JSON {
        let (type, member, detail): (String, String, JSON) =
            switch change {
            case .added(let schema): ("add_field", "addField", ["schema": schema])
            case .removed(let schema): ("remove_field", "removeField", ["schema": schema])
            case .updated(let old, let new):
                ("update_field_schema", "updateFieldSchema", ["oldSchema": old, "newSchema": new])
            }
        return [
            "transformType": .string(type), "fieldName": .array(path.map(JSON.string)), "breaking": .bool(isBreaking),
            member: detail,
        ]
    }
}

extension StreamAttributeTransform {
    fileprivate var json: JSON {
        func list(_ key: [[String]]) -> JSON { .array(key.map { .array($0.map(JSON.string)) }) }
        return switch change {
        case .primaryKey(let old, let new):
            [
                "transformType": "update_primary_key", "breaking": .bool(isBreaking),
                "updatePrimaryKey": ["oldPrimaryKey": list(old), "newPrimaryKey": list(new)],
            ]
        }
    }
}
