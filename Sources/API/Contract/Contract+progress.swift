extension Contract {
    /// How far connections have come, and what they have moved.
    static let progress: [Contract] = [
        Contract(
            "getConnectionStatuses", .reader(.connection("connectionIds")), "How connections stand.",
            takes: .connectionStatuses, gives: .connectionStatusList),
        Contract(
            "getConnectionSyncProgress", .reader(.connection()), "What the job under way has moved.",
            takes: .connectionID, gives: .syncProgress),
        Contract(
            "getConnectionUptimeHistory", .reader(.connection()), "How the last jobs ended, stream by stream.",
            takes: .historyRequest, gives: .jobResults),
        Contract(
            "getConnectionDataHistory", .reader(.connection()), "What the last jobs moved.", takes: .historyRequest,
            gives: .jobResults),
        Contract(
            "getConnectionStreamHistory", .reader(.connection()), "What each stream moved, day by day.",
            takes: .streamHistoryRequest, gives: .streamHistory),
        Contract(
            "getConnectionLastJobPerStream", .reader(.connection()), "The job that moved each stream last.",
            takes: .connectionID, gives: .lastJobs),
        Contract(
            "getStreamStatuses",
            .reader(.workspace(), .connection().ifNamed, .job("jobId").ifNamed), "How streams stand.",
            takes: .streamStatusRequest, gives: .streamStatusList),
        Contract(
            "getStreamStatusesByRunState", .reader(.connection()), "How streams stood last, by state.",
            takes: .connectionID, gives: .streamStatusList),
        Contract(
            "getAttemptCombinedStats", .reader(.job("jobId")), "What an attempt has moved.", takes: .attemptName,
            gives: .attemptStats),
        Contract(
            "getAttemptForJob", .reader(.job("jobId")), "An attempt with its log.", takes: .attemptName,
            gives: .attemptInfo),
    ]
}
