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
            "catalog?": streamCatalog, "catalogId?": .uuid, "jobInfo": connectorCall, "catalogDiff?": catalogDiff,
            "breakingChange?": .boolean, "connectionStatus?": .words(Connection.Status.self),
        ])

    static let objectsAsked = Shape.object(
        "DestinationDiscoverSchemaRequestBody", ["destinationId": .uuid, "disableCache?": .boolean])

    static let destinationCatalog = Shape.object(
        "DestinationDiscoverRead",
        [
            "catalogId": .uuid,
            "catalog": .object(
                "DestinationCatalog",
                [
                    "operations": .list(
                        .object(
                            "DestinationOperation",
                            [
                                "objectName": .string, "syncMode": .words(DestinationSyncMode.self),
                                "schema": .any, "matchingKeys?": .list(.list(.string)),
                            ]))
                ]),
        ])

    static let newestCatalog = Shape.object(
        "ActorCatalogWithUpdatedAt", ["updatedAt?": .integer, "catalog?": streamCatalog])
}
