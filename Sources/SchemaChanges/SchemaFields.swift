package import JSON

/// The fields of a stream's JSON schema, each by its path through `properties` and `items` (protocol.md 5.2).
///
/// A field's schema is the whole node with all that is below it, so whatever is not walked (`oneOf`, what is too deep)
/// still shows as a change of the field above it.
package struct SchemaFields: Sendable, Hashable {
    /// The word that stands for the elements of an array in a path.
    package static let items = "items"
    /// Stands for the schema of a path that two nodes share.
    package static let duplicated: JSON = "DUPLICATED_SCHEMA"

    /// How far a schema is walked.
    package struct Bounds: Sendable, Hashable {
        /// Longest path.
        package var depth: Int
        /// Most fields of one stream, Airbyte's limit for a connection.
        package var fields: Int

        package init(depth: Int = 32, fields: Int = 20_000) {
            self.depth = depth
            self.fields = fields
        }

        /// The top level alone, which is never cut: it is no larger than what was parsed.
        package static let topLevel = Bounds(depth: 1, fields: .max)
    }

    package private(set) var schemas: [[String]: JSON] = [:]

    private init() {}

    /// Nil for a schema with more fields than the bounds allow; deeper ones are left out.
    package init?(of schema: JSON, within bounds: Bounds) {
        guard walk(schema, at: [], within: bounds) else { return nil }
    }

    /// The fields of two schemas to be compared, walked equally far: where either has too many, both at their top level.
    package static func pair(_ old: JSON, _ new: JSON, within bounds: Bounds) -> (old: SchemaFields, new: SchemaFields)
    {
        if let a = SchemaFields(of: old, within: bounds), let b = SchemaFields(of: new, within: bounds) {
            return (a, b)
        }
        return (
            SchemaFields(of: old, within: .topLevel) ?? SchemaFields(),
            SchemaFields(of: new, within: .topLevel) ?? SchemaFields()
        )
    }

    /// Looks one field up, however deep, and adds it where the schema has it.
    package mutating func include(_ path: [String], of schema: JSON) {
        guard schemas[path] == nil, let found = SchemaFields.field(at: path, of: schema) else { return }
        schemas[path] = found
    }

    /// The field at that path through `properties`, the way cursors and primary keys are named.
    package static func field(at path: [String], of schema: JSON) -> JSON? {
        guard !path.isEmpty else { return nil }
        var node = schema
        for name in path {
            guard let next = node["properties"]?[name] else { return nil }
            node = next
        }
        return node
    }

    private mutating func walk(_ node: JSON, at path: [String], within bounds: Bounds) -> Bool {
        guard path.count < bounds.depth else { return true }
        for (name, child) in node["properties"]?.objectValue ?? [:] {
            guard add(child, at: path + [name], within: bounds) else { return false }
        }
        // A record is an object: the root's items are no field.
        guard !path.isEmpty else { return true }
        switch node["items"] {
        case .array(let children):
            for child in children {
                guard add(child, at: path + [SchemaFields.items], within: bounds) else { return false }
            }
        case .object(let child): return add(.object(child), at: path + [SchemaFields.items], within: bounds)
        default: break
        }
        return true
    }

    private mutating func add(_ node: JSON, at path: [String], within bounds: Bounds) -> Bool {
        let isNew = schemas[path] == nil
        guard !isNew || schemas.count < bounds.fields else { return false }
        schemas[path] = isNew ? node : SchemaFields.duplicated
        return walk(node, at: path, within: bounds)
    }
}
