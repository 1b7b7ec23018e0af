import Airbyte
import Model

extension Shape {
    static let discoverAsked = Shape.object(
        "SourceDiscoverSchemaRequestBody",
        [
            "sourceId": .uuid, "connectionId?": .uuid, "connection_id?": .uuid, "disable_cache?": .boolean,
            "notifySchemaChange?": .boolean, "priority?": .string,
        ])

    static let discoverRead = Shape.object(
        "SourceDiscoverSchemaRead",
        [
            "catalog?": proposedCatalog, "catalogId?": .uuid, "jobInfo": connectorCall, "catalogDiff?": catalogChange,
            "breakingChange?": .boolean, "connectionStatus?": .words(Connection.Status.self),
        ])

    static let newestCatalog = Shape.object(
        "ActorCatalogWithUpdatedAt", ["updatedAt?": .integer, "catalog?": proposedCatalog])

    static let schemaChangeApply = Shape.object(
        "SourceAutoPropagateChange",
        ["sourceId": .uuid, "catalogId": .uuid, "workspaceId?": .uuid, "catalog?": proposedCatalog])

    private static let proposedCatalog = Shape.object(
        "AirbyteCatalog",
        [
            "streams": .list(
                .object("AirbyteStreamAndConfiguration", ["stream": proposedStream, "config": proposedSettings]))
        ])

    private static let proposedStream = Shape.object(
        "AirbyteStream",
        [
            "name": .string, "namespace?": .string, "jsonSchema": .any,
            "supportedSyncModes": .list(.words(SyncMode.self)), "sourceDefinedCursor": .boolean,
            "defaultCursorField": .list(.string), "sourceDefinedPrimaryKey": .list(.list(.string)),
            "isResumable?": .boolean, "isFileBased?": .boolean,
        ])

    private static let proposedSettings = Shape.object(
        "AirbyteStreamConfiguration",
        [
            "syncMode": .words(SyncMode.self), "destinationSyncMode": .words(DestinationSyncMode.self),
            "cursorField": .list(.string), "primaryKey": .list(.list(.string)), "aliasName": .string,
            "selected": .boolean, "suggested": .boolean, "includeFiles": .boolean, "fieldSelectionEnabled": .boolean,
            "selectedFields": .list(fieldPath), "hashedFields": .list(fieldPath), "mappers": .list(.any),
            "schemaContract?": .string, "generationId?": .integer, "minimumGenerationId?": .integer,
            "syncId?": .integer,
        ])

    private static let fieldPath = Shape.object("SelectedFieldInfo", ["fieldPath": .list(.string)])

    private static let catalogChange = Shape.object(
        "CatalogDiff",
        [
            "transforms": .list(
                .object(
                    "StreamTransform",
                    [
                        "transformType": .word(["add_stream", "remove_stream", "update_stream"]),
                        "streamDescriptor": .object("StreamDescriptor", ["name": .string, "namespace?": .string]),
                        "updateStream?": .object(
                            "StreamTransformUpdateStream",
                            [
                                "fieldTransforms": .list(fieldChange),
                                "streamAttributeTransforms": .list(
                                    .object(
                                        "StreamAttributeTransform",
                                        [
                                            "transformType": .word(["update_primary_key"]), "breaking": .boolean,
                                            "updatePrimaryKey": .object(
                                                "StreamAttributePrimaryKeyUpdate",
                                                [
                                                    "oldPrimaryKey": .list(.list(.string)),
                                                    "newPrimaryKey": .list(.list(.string)),
                                                ]),
                                        ])),
                            ]),
                    ]))
        ])

    private static let fieldChange = Shape.object(
        "FieldTransform",
        [
            "transformType": .word(["add_field", "remove_field", "update_field_schema"]), "breaking": .boolean,
            "fieldName": .list(.string), "addField?": .object("FieldAdd", ["schema": .any]),
            "removeField?": .object("FieldRemove", ["schema": .any]),
            "updateFieldSchema?": .object("FieldSchemaUpdate", ["oldSchema": .any, "newSchema": .any]),
        ])
}
