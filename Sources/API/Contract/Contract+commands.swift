extension Contract {
    /// Calls of connectors that are asked for now and looked at later, and Airbyte's older ones that are waited for.
    static let commands: [Contract] = [
        Contract(
            "runCheckCommand",
            .runner(
                .workspace("workspace_id").ifNamed, .source("actor_id").ifNamed,
                .definition("actor_definition_id").ifNamed.forUse), .changes,
            "Starts a check.", takes: .checkCommand, gives: .commandStarted),
        Contract(
            "runDiscoverCommand", .runner(.source("actor_id")), .changes, "Starts a discovery.",
            takes: .discoverCommand, gives: .commandStarted),
        Contract(
            "runSpecCommand",
            .editor(.workspace("workspace_id"), .definition("actor_definition_id").ifNamed.forUse), .changes,
            "Has an image asked for its specification.", takes: .specificationCommand, gives: .commandStarted),
        Contract(
            "getCommandStatus", .reader(.command), "How a command stands.", takes: .commandID, gives: .commandStatus),
        Contract(
            "cancelCommand", .runner(.command), .changes, "Cancels a command.", takes: .commandID,
            gives: .commandStarted),
        Contract(
            "getCheckCommandOutput", .reader(.command), "What a check came to.", takes: .commandOutputRequest,
            gives: .checkCommandOutput),
        Contract(
            "getDiscoverCommandOutput", .reader(.command), "What a discovery came to.", takes: .commandOutputRequest,
            gives: .discoverCommandOutput),
        Contract(
            "getSpecCommandOutput", .reader(.command), "What an image said of itself.", takes: .commandOutputRequest,
            gives: .specificationCommandOutput),
        Contract(
            "executeSourceCheckConnection",
            .editor(.workspace(), .source().ifNamed, .definition("sourceDefinitionId").forUse), .changes,
            "Checks a configuration of a source that is not saved.", takes: .sourceCore, gives: .checkRead),
        Contract(
            "executeSourceDiscoverSchema",
            .editor(.workspace(), .source(), .definition("sourceDefinitionId").forUse), .changes,
            "What streams a saved source has.", takes: .sourceCore, gives: .discoverRead),
        Contract(
            "executeDestinationCheckConnection",
            .editor(.workspace(), .destination().ifNamed, .definition("destinationDefinitionId").forUse), .changes,
            "Checks a configuration of a destination that is not saved.", takes: .destinationCore,
            gives: .checkRead),
    ]
}
