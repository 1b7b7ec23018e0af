package import Flow
import HTTPClient
package import Log
package import Secrets

/// Every workflow that a worker carries out, with what each needs.
package struct SyncWorkflows: Sendable {
    package let all: [any Workflow]

    package init(
        processes: AttemptProcesses, vault: SecretVault, calls: ConnectorCalls, policy: RetryPolicy,
        watch: FailureWatch = FailureWatch(), settings: SyncSettings, notices: NoticeSettings = NoticeSettings(),
        schemaChanges: any SchemaChangeListener = EventRecorder(), log: Log
    ) {
        let ender = JobEnder(watch: watch, log: log)
        let runner = CallRunner(processes: processes, settings: settings)
        let client = HTTPClient(notices.calls)
        let configurations = ConfigurationUpdater(vault: vault)
        let discoveries = DiscoverRunner(vault: vault, runner: runner, configurations: configurations)
        all = [
            SyncConnection(
                schemaLook: SchemaLook(
                    calls: calls,
                    updater: SchemaUpdater(vault: vault, listener: schemaChanges),
                    ender: ender, settings: settings, log: log.named("schema-look")),
                replicator: Replicator(
                    opener: AttemptOpener(
                        vault: vault, limits: settings.limits, ender: ender, longestRun: settings.longestSync),
                    processes: processes,
                    configurations: configurations, settings: settings, log: log.named("replicator")),
                closer: AttemptCloser(policy: policy, ender: ender, longestRun: settings.longestSync)),
            CheckConnector(vault: vault, runner: runner, configurations: configurations),
            DiscoverCatalog(runner: discoveries),
            DiscoverObjects(runner: discoveries),
            FetchSpecification(runner: runner),
            DeliverNotice(vault: vault, client: client, settings: notices, log: log.named("deliver-notice")),
            RunOperations(vault: vault, client: client, log: log.named("run-operations")),
        ]
    }
}
