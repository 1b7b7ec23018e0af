extension Contract {
    static let jobs: [Contract] = [
        Contract(
            "syncConnection", .runner(.connection()), .creates, "Starts a sync.", takes: .connectionSync,
            gives: .jobInfo),
        Contract(
            "resetConnection", .editor(.connection()), .creates, "Clears a connection.", takes: .connectionID,
            gives: .jobInfo),
        Contract(
            "clearConnection", .editor(.connection()), .creates, "Clears a connection.", takes: .connectionID,
            gives: .jobInfo),
        Contract(
            "resetConnectionStream", .editor(.connection()), .creates, "Clears streams of a connection.",
            takes: .connectionStreams, gives: .jobInfo),
        Contract(
            "clearConnectionStream", .editor(.connection()), .creates, "Clears streams of a connection.",
            takes: .connectionStreams, gives: .jobInfo),
        Contract(
            "refreshConnectionStream", .editor(.connection()), .creates, "Reads streams from their beginning.",
            takes: .connectionRefresh, gives: .jobIfAny),
        Contract(
            "getJobInfo", .reader(.job()), "A job with its attempts and logs.", takes: .jobID, gives: .jobInfo),
        Contract(
            "getJobInfoWithoutLogs", .reader(.job()), "A job with its attempts.", takes: .jobID, gives: .jobInfo),
        Contract("getJobInfoLight", .reader(.job()), "A job.", takes: .jobID, gives: .jobLight),
        Contract("getJobById", .reader(.job()), "A job.", gives: .jobLight),
        Contract(
            "getJobDebugInfo", .reader(.job()), "All that is known of a job.", takes: .jobID, gives: .jobDebugInfo),
        Contract(
            "getLastReplicationJob", .reader(.connection()), "The newest job of a connection.", takes: .connectionID,
            gives: .jobIfAny),
        Contract(
            "listJobsFor", .visible(.connection("configId").ifNamed, .job("includingJobId").ifNamed),
            "Jobs, page by page.", takes: .jobListRequest, gives: .jobList),
        Contract(
            "listJobsForWorkspaces",
            .visible(.connection("configId").ifNamed, .workspace("workspaceIds").ifNamed),
            "Jobs of workspaces, page by page.", takes: .jobListForWorkspacesRequest, gives: .jobList),
        Contract("cancelJob", .runner(.job()), .changes, "Cancels a job.", takes: .jobID, gives: .jobInfo),
        Contract(
            "swiftlet.getAttemptLog", .reader(.job("jobId")), "The log of an attempt.",
            query: .object("", ["format?": .word(["text", "json"]), "from?": .integer, "wait?": .integer]),
            gives: .string, mediaTypes: ["text/plain", "application/x-ndjson"]),
        Contract(
            "swiftlet.getRejectedRecords", .reader(.job("jobId")), "The records that were put aside.", gives: .string,
            mediaTypes: ["application/x-ndjson"]),
        Contract(
            "swiftlet.retryFailedStreams", .runner(.job("jobId")), .creates, "Starts a sync of what failed.",
            gives: .jobInfo),
    ]
}
