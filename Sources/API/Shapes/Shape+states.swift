extension Shape {
    private static let streamState = Shape.object(
        "StreamState", ["streamDescriptor": streamName, "streamState?": .any])

    private static let stateFacts: Members = [
        "connectionId?": .uuid, "stateType": .word(["global", "stream", "legacy", "not_set"]), "state?": .any,
        "streamState?": .list(streamState),
        "globalState?": .object(
            "GlobalState",
            // Airbyte's description and its Python client disagree about the name.
            ["shared_state?": .any, "sharedState?": .any, "streamStates?": .list(streamState)]),
    ]

    static let connectionState = Shape.object("ConnectionState", stateFacts)
    static let connectionStateReplacement = Shape.object(
        "ConnectionStateCreateOrUpdate", ["connectionId": .uuid, "connectionState": connectionState])
    static let stateVersions = Shape.object(
        "ConnectionStateVersions",
        [
            "data": .list(
                .object(
                    "ConnectionStateVersion",
                    [
                        "version": .integer, "cause": .string, "jobId?": .integer, "bytes": .integer,
                        "createdAt": .integer,
                    ]))
        ])
    static let stateRestoration = Shape.object("ConnectionStateRestoration", ["streams?": .list(orderedStream)])
}
