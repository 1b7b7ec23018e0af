import Airbyte

extension Shape {
    /// A stream's name as catalogs spell it.
    static let streamName = Shape.object("StreamDescriptor", ["name": .string, "namespace?": .string])
    /// A stream's name as orders spell it.
    static let orderedStream = Shape.object(
        "ConnectionStream", ["streamName": .string, "streamNamespace?": .string])

    static let airbyteStream = Shape.object(
        "AirbyteStream",
        [
            "name": .string, "namespace?": .string, "jsonSchema?": .any,
            "supportedSyncModes?": .list(.words(SyncMode.self)), "sourceDefinedCursor?": .boolean,
            "defaultCursorField?": .list(.string), "sourceDefinedPrimaryKey?": .list(.list(.string)),
            "isResumable?": .boolean, "isFileBased?": .boolean,
        ])

    static let mapper = Shape.object(
        "ConfiguredStreamMapper",
        ["id?": .string, "type?": .string, "mapperConfiguration?": .any, "name?": .string, "config?": .any])

    private static let fieldPaths = Shape.list(.object("SelectedFieldInfo", ["fieldPath": .list(.string)]))

    static let streamConfiguration = Shape.object(
        "AirbyteStreamConfiguration",
        [
            "syncMode": .words(SyncMode.self), "destinationSyncMode": .words(DestinationSyncMode.self),
            "cursorField?": .list(.string), "primaryKey?": .list(.list(.string)), "aliasName?": .string,
            "namespace?": .string, "destinationObjectName?": .string, "selected?": .boolean, "suggested?": .boolean,
            "includeFiles?": .boolean, "fieldSelectionEnabled?": .boolean, "selectedFields?": fieldPaths,
            "hashedFields?": fieldPaths, "mappers?": .list(mapper), "schemaContract?": .words(SchemaContract.self),
            "generationId?": .integer, "minimumGenerationId?": .integer, "syncId?": .integer,
        ])

    /// The streams of a source with how each is, or would be, moved.
    static let streamCatalog = Shape.object(
        "AirbyteCatalog",
        [
            "streams": .list(
                .object(
                    "AirbyteStreamAndConfiguration",
                    ["stream": airbyteStream, "config": streamConfiguration]))
        ])

    static let catalogDiff = Shape.object(
        "CatalogDiff",
        [
            "transforms": .list(
                .object(
                    "StreamTransform",
                    [
                        "transformType": .word(["add_stream", "remove_stream", "update_stream"]),
                        "streamDescriptor": streamName,
                        "updateStream?": .object(
                            "StreamTransformUpdateStream",
                            [
                                "fieldTransforms": .list(fieldTransform),
                                "streamAttributeTransforms": .list(attributeTransform),
                            ]),
                    ]))
        ])

    private static let fieldTransform = Shape.object(
        "FieldTransform",
        [
            "transformType": .word(["add_field", "remove_field", "update_field_schema"]),
            "fieldName": .list(.string), "breaking": .boolean,
            "addField?": .object("FieldAdd", ["schema?": .any]),
            "removeField?": .object("FieldRemove", ["schema?": .any]),
            "updateFieldSchema?": .object("FieldSchemaUpdate", ["oldSchema": .any, "newSchema": .any]),
        ])

    private static let attributeTransform = Shape.object(
        "StreamAttributeTransform",
        [
            "transformType": .word(["update_primary_key"]), "breaking": .boolean,
            "updatePrimaryKey?": .object(
                "StreamAttributePrimaryKeyUpdate",
                ["oldPrimaryKey?": .list(.list(.string)), "newPrimaryKey?": .list(.list(.string))]),
        ])

    static let schemaStanding = Shape.word(["no_change", "non_breaking", "breaking"])
}
