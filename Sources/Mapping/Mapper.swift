package import JSON

/// One change that is made to each record of a stream (protocol.md 2.11).
package struct Mapper: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case hashing(Hashing)
        case encryption(Encryption)
        case renaming(from: String, to: String)
        case fieldFiltering(String)
        case rowFiltering(RowCondition)
    }

    package let id: String?
    package let kind: Kind

    package init(id: String? = nil, _ kind: Kind) {
        self.id = id
        self.kind = kind
    }

    /// Reads `{id?, name, config}`. Throws `.missingMapper` and `.invalidConfig`; no sentence holds a key.
    package init(json: JSON) throws(MapperError) {
        guard let name = json["name"]?.stringValue else {
            throw MapperError(.invalidConfig, "A mapper needs a name.")
        }
        let config = MapperConfig(name: name, json: json["config"] ?? [:])
        id = json["id"]?.stringValue
        switch name {
        case "hashing": kind = .hashing(try Hashing(config))
        case "encryption": kind = .encryption(try Encryption(config))
        case "field-renaming":
            kind = .renaming(from: try config.text("originalFieldName"), to: try config.text("newFieldName"))
        case "field-filtering": kind = .fieldFiltering(try config.text("targetField"))
        case "row-filtering":
            kind = .rowFiltering(try RowCondition(MapperConfig(name: name, json: try config.member("conditions"))))
        default:
            throw MapperError(
                .missingMapper,
                "There is no mapper \(name); known are hashing, encryption, field-renaming, field-filtering and "
                    + "row-filtering.")
        }
    }
}
