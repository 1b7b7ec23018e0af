package import Airbyte
import JSON

/// A stream as its destination sees it, once fields are selected and mapped (protocol.md 2.9 and 2.11).
package struct MappedStream: Sendable, Hashable {
    /// A mapper that is not carried out, and why.
    package struct Fault: Sendable, Hashable {
        /// Counts from 0 in the order given.
        package let index: Int
        package let mapper: Mapper
        package let error: MapperError
    }

    /// The stream for the destination's catalog.
    package private(set) var stream: ConfiguredStream
    /// Those that fit the stream, in order: what `RecordMapping` is to carry out.
    package private(set) var mappers: [Mapper] = []
    package private(set) var faults: [Fault] = []

    package init(_ stream: ConfiguredStream, selection: FieldSelection? = nil, mappers: [Mapper]) {
        self.stream = stream
        var schema = MappedSchema(stream.stream.jsonSchema)
        if let selection { schema.keep(selection) }
        for (index, mapper) in mappers.enumerated() {
            do throws(MapperError) {
                try apply(mapper.kind, to: &schema)
                self.mappers.append(mapper)
            } catch { faults.append(Fault(index: index, mapper: mapper, error: error)) }
        }
        if selection != nil || !self.mappers.isEmpty { self.stream.stream.jsonSchema = schema.json }
    }

    private mutating func apply(_ kind: Mapper.Kind, to schema: inout MappedSchema) throws(MapperError) {
        switch kind {
        case .hashing(let hashing): try replace(hashing.field, by: hashing.output, in: &schema)
        case .encryption(let encryption): try replace(encryption.field, by: encryption.output, in: &schema)
        case .renaming(let from, let to):
            try schema.rename(from, to)
            mapPaths { $0 == [from] ? [to] : $0 }
        case .fieldFiltering(let field):
            try schema.remove(field)
            mapPaths { $0.first == field ? nil : $0 }
        case .rowFiltering(let condition): for field in condition.fields { try schema.require(field) }
        }
    }

    private mutating func replace(
        _ field: String, by output: String, in schema: inout MappedSchema
    ) throws(MapperError) {
        try schema.rename(field, output)
        schema.makeText(output)
        mapPaths { $0 == [field] ? [output] : $0 }
    }

    /// Changes the paths of the key and the cursor, the source's own among them.
    private mutating func mapPaths(_ change: ([String]) -> [String]?) {
        stream.primaryKey = stream.primaryKey?.compactMap(change)
        stream.stream.sourceDefinedPrimaryKey = stream.stream.sourceDefinedPrimaryKey?.compactMap(change)
        stream.cursorField = stream.cursorField.flatMap(change)
        stream.stream.defaultCursorField = stream.stream.defaultCursorField.flatMap(change)
    }
}
