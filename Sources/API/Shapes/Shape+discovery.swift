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

    static let newestCatalog = Shape.object(
        "ActorCatalogWithUpdatedAt", ["updatedAt?": .integer, "catalog?": streamCatalog])
}
