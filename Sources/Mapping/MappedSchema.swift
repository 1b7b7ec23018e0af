import JSON

/// The top-level properties of a stream's JSON schema while mappers change them.
struct MappedSchema {
    private let original: JSON
    private var properties: [(name: String, schema: JSON)]

    init(_ schema: JSON) {
        original = schema
        properties = (schema["properties"]?.objectValue).map { $0.map { ($0.key, $0.value) } } ?? []
    }

    /// The schema made anew: what the original says of names that may be gone is left out.
    var json: JSON {
        var made: JSON = ["type": "object"]
        for key in ["$schema", "type"] { if let value = original[key] { made[key] = value } }
        made["properties"] = .object(JSONObject(properties.map { ($0.name, $0.schema) }))
        made["additionalProperties"] = true
        return made
    }

    mutating func keep(_ selection: FieldSelection) { properties.removeAll { !selection.contains($0.name) } }

    /// The property's place.
    @discardableResult
    func require(_ field: String) throws(MapperError) -> Int {
        guard let place = properties.firstIndex(where: { $0.name == field }) else {
            throw MapperError(.fieldNotFound, "The stream has no field \(field) for the mapper to work on.")
        }
        return place
    }

    mutating func rename(_ field: String, _ new: String) throws(MapperError) {
        let place = try require(field)
        guard field == new || !properties.contains(where: { $0.name == new }) else {
            throw MapperError(.fieldAlreadyExists, "The stream has a field \(new) already; choose another name.")
        }
        properties[place].name = new
    }

    mutating func remove(_ field: String) throws(MapperError) { properties.remove(at: try require(field)) }

    /// What a mapper makes is text, or null where it fails.
    mutating func makeText(_ field: String) {
        guard let place = properties.firstIndex(where: { $0.name == field }) else { return }
        properties[place].schema = ["type": ["null", "string"]]
    }
}
