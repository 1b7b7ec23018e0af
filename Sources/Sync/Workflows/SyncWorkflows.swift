package import Flow
package import Log
package import Secrets

/// Every workflow that a worker carries out, with what each needs.
package struct SyncWorkflows: Sendable {
    package let all: [any Workflow]

    package init(
        processes: AttemptProcesses, vault: SecretVault, policy: RetryPolicy, watch: FailureWatch = FailureWatch(),
        settings: SyncSettings, log: Log
    ) {
        let ender = JobEnder(watch: watch, log: log)
        let runner = CallRunner(processes: processes, settings: settings)
        let configurations = ConfigurationUpdater(vault: vault)
        all = [
            SyncConnection(
                replicator: Replicator(
                    opener: AttemptOpener(
                        vault: vault, limits: settings.limits, ender: ender, longestRun: settings.longestSync),
                    processes: processes,
                    configurations: configurations, settings: settings, log: log.named("replicator")),
                closer: AttemptCloser(policy: policy, ender: ender, longestRun: settings.longestSync)),
            CheckConnector(vault: vault, runner: runner, configurations: configurations),
            DiscoverCatalog(vault: vault, runner: runner, configurations: configurations),
            FetchSpecification(runner: runner),
        ]
    }
}
