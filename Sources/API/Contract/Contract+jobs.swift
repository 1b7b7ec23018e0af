extension Contract {
    static let jobs: [Contract] = [
        Contract("syncConnection", .runner(.connection()), .creates, "Starts a sync.", takes: .any, gives: .any),
        Contract("resetConnection", .editor(.connection()), .creates, "Clears a connection.", takes: .any, gives: .any),
        Contract("clearConnection", .editor(.connection()), .creates, "Clears a connection.", takes: .any, gives: .any),
        Contract(
            "resetConnectionStream", .editor(.connection()), .creates, "Clears streams of a connection.", takes: .any,
            gives: .any),
        Contract(
            "clearConnectionStream", .editor(.connection()), .creates, "Clears streams of a connection.", takes: .any,
            gives: .any),
        Contract(
            "refreshConnectionStream", .editor(.connection()), .creates, "Reads streams from their beginning.",
            takes: .any, gives: .any),
        Contract("getJobById", .reader(.job()), "A job.", gives: .any),
        Contract("getJobInfo", .reader(.job()), "A job with its attempts and logs.", takes: .any, gives: .any),
        Contract("getJobInfoWithoutLogs", .reader(.job()), "A job with its attempts.", takes: .any, gives: .any),
        Contract("getJobInfoLight", .reader(.job()), "A job.", takes: .any, gives: .any),
        Contract("getJobDebugInfo", .reader(.job()), "All that is known of a job.", takes: .any, gives: .any),
        Contract(
            "getLastReplicationJob", .reader(.connection()), "The newest job of a connection.", takes: .any, gives: .any
        ),
        Contract(
            "listJobsFor", .visible(.connection("configId").ifNamed, .job("includingJobId").ifNamed),
            "Jobs, page by page.", takes: .any, gives: .any),
        Contract("cancelJob", .runner(.job()), .changes, "Cancels a job.", takes: .any, gives: .any),
        Contract("swiftlet.getAttemptLog", .reader(.job("jobId")), "The log of an attempt.", gives: .any),
        Contract(
            "swiftlet.getRejectedRecords", .reader(.job("jobId")), "The records that were put aside.", gives: .any),
        Contract(
            "swiftlet.retryFailedStreams", .runner(.job("jobId")), .creates, "Starts a sync of what failed.",
            gives: .any),
    ]
}
