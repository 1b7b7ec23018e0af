import Airbyte
import Crypto
import JSON
import Mapping
import TestKit
import Testing

@Suite("The mapped catalog")
struct MappedCatalogTests {
    private let stream = ConfiguredStream(
        stream: AirbyteStream(
            name: "users",
            jsonSchema: [
                "type": "object", "required": ["id"], "additionalProperties": false,
                "properties": ["id": ["type": "integer"], "at": ["type": "string"], "x": ["type": "object"]],
            ], sourceDefinedPrimaryKey: [["id"], ["x", "id"]]),
        syncMode: .incremental, destinationSyncMode: .append, cursorField: ["at"],
        primaryKey: [["id"], ["x", "id"]])

    @Test(.proves("2.11-schema")) func `2_11 changed fields become text and keys follow an exact match only`() {
        let mapped = MappedStream(
            stream,
            mappers: [
                Mapper(.hashing(Hashing(field: "id"))), Mapper(.renaming(from: "at", to: "time")),
                Mapper(.renaming(from: "x", to: "y")),
            ])
        #expect(mapped.faults.isEmpty)
        let schema = mapped.stream.stream.jsonSchema
        #expect(
            schema == [
                "type": "object", "additionalProperties": true,
                "properties": [
                    "id_hashed": ["type": ["null", "string"]], "time": ["type": "string"], "y": ["type": "object"],
                ],
            ])
        #expect(schema["properties"]?.objectValue?.keys == ["id_hashed", "time", "y"])
        #expect(mapped.stream.primaryKey == [["id_hashed"], ["x", "id"]])
        #expect(mapped.stream.stream.sourceDefinedPrimaryKey == [["id_hashed"], ["x", "id"]])
        #expect(mapped.stream.cursorField == ["time"])
    }

    @Test func `2_11 a removed field leaves the keys and the cursor`() {
        let mapped = MappedStream(
            stream, mappers: [Mapper(.fieldFiltering("x")), Mapper(.fieldFiltering("at"))])
        #expect(mapped.stream.primaryKey == [["id"]])
        #expect(mapped.stream.cursorField == nil)
    }

    @Test func `2_11 a mapper in error is skipped and named`() {
        let catalog = MappedCatalog(
            ConfiguredCatalog(streams: [stream]), selections: [stream.descriptor: FieldSelection(["id", "at"])],
            mappers: [
                stream.descriptor: [
                    Mapper(.fieldFiltering("x")), Mapper(.renaming(from: "id", to: "at")),
                    Mapper(.rowFiltering(.not([.equal(field: "nowhere", text: "")]))),
                    Mapper(.hashing(Hashing(field: "id"))), Mapper(.fieldFiltering("id")),
                ]
            ])
        let mapped = catalog.streams.first
        #expect(mapped?.faults.map(\.index) == [0, 1, 2, 4])
        #expect(
            mapped?.faults.map(\.error.code) == [.fieldNotFound, .fieldAlreadyExists, .fieldNotFound, .fieldNotFound])
        #expect(mapped?.mappers == [Mapper(.hashing(Hashing(field: "id")))])
        let schema = catalog.catalog.streams.first?.stream.jsonSchema
        #expect(schema?["properties"]?.objectValue?.keys == ["id_hashed", "at"])
    }

    @Test func `without selection and mappers a stream stays as it is`() {
        #expect(MappedStream(stream, mappers: []).stream == stream)
    }
}
