extension Contract {
    /// Whether the server works, and what it is.
    static let instance: [Contract] = [
        Contract("getHealthCheck", .open, "Whether the server works.", gives: .health),
        Contract("health", .open, "Whether the server works.", gives: .health),
        Contract(
            "getInstanceConfiguration", .open, "What this installation is.", gives: .instanceConfiguration),
        Contract(
            "setupInstanceConfiguration", .instanceAdmin, .changes, "Says who owns the installation.",
            takes: .instanceSetup, gives: .instanceConfiguration),
        Contract("getDeploymentMetadata", .signedIn, "Tells installations apart.", gives: .deploymentMetadata),
        Contract(
            "getEntitlements", .signedIn, "What was bought: nothing is sold.", takes: .organizationIDInSnakeCase,
            gives: .entitlements),
        Contract(
            "listDataplaneGroups", .signedIn, "Where syncs run: in this installation.",
            takes: .organizationIDInSnakeCase, gives: .dataplaneGroups),
        Contract("getOpenApiSpec", .open, "This description.", gives: .description),
        Contract(
            "generateDiagnosticReport", .instanceAdmin, "What somebody who helps would ask first, as a ZIP archive.",
            takes: .organizationID, gives: .string, mediaTypes: ["application/zip"]),
        Contract("metrics", .instanceAdmin, "Figures for Prometheus.", gives: .string, mediaTypes: ["text/plain"]),
        Contract("swiftlet.listRuns", .instanceAdmin, "The newest workflow runs.", query: .runQuery, gives: .runList),
        Contract("swiftlet.getRun", .instanceAdmin, "A workflow run with its history.", gives: .runHistory),
        Contract("swiftlet.pauseRun", .instanceAdmin, .changes, "Puts a run off.", gives: .runHistory),
        Contract("swiftlet.resumeRun", .instanceAdmin, .changes, "Lets a paused run go on.", gives: .runHistory),
        Contract("swiftlet.hurryRun", .instanceAdmin, .changes, "Has a waiting run go on at once.", gives: .runHistory),
        Contract(
            "public.getHealthCheck", .open, "Whether the server works.", gives: .string, mediaTypes: ["text/plain"]),
    ]
}
