extension Contract {
    /// Whether the server works, and what it is.
    static let instance: [Contract] = [
        Contract(
            "getHealthCheck", .open, "Whether the server works.",
            gives: .object("HealthCheckRead", ["available": .boolean])),
        Contract(
            "health", .open, "Whether the server works.", gives: .object("HealthCheckRead", ["available": .boolean])),
        Contract("getInstanceConfiguration", .open, "What this installation is.", gives: .any),
        Contract("getOpenApiSpec", .open, "This description.", gives: .any),
        Contract("metrics", .instanceAdmin, "Figures for Prometheus.", gives: .string, mediaType: "text/plain"),
        Contract("swiftlet.listRuns", .instanceAdmin, "The newest workflow runs.", gives: .any),
        Contract("swiftlet.getRun", .instanceAdmin, "A workflow run with its history.", gives: .any),
        Contract("swiftlet.pauseRun", .instanceAdmin, .changes, "Puts a run off.", gives: .any),
        Contract("swiftlet.resumeRun", .instanceAdmin, .changes, "Lets a paused run go on.", gives: .any),
        Contract("swiftlet.hurryRun", .instanceAdmin, .changes, "Has a waiting run go on at once.", gives: .any),
        Contract(
            "public.getHealthCheck", .open, "Whether the server works.", gives: .string, mediaType: "text/plain"),
    ]
}
