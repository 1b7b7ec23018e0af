/// An image that is there and can be started.
package struct ContainerProgram: Sendable {
    let engine: ContainerEngine
    let settings: ContainerSettings
    /// Under which name the engine has it.
    let image: String
    /// Whether it says that it can do with a root that is read-only.
    let bearsReadOnly: Bool
    /// What it needs beyond the environment that every connector gets.
    var environment: [String: String] = [:]

    /// Where the connector finds its files.
    static let directory = "/swiftlet"

    /// What makes the container; the words after the image are the connector's.
    func creation(
        of record: ContainerRecords.Record, mark: OwnerMark, job: ConnectorJob, environmentFile: String,
        _ words: [String]
    ) -> [String] {
        var arguments = ["create", "--name", record.name, "--interactive", "--init", "--pull", "never"]
        arguments += ["--label", "swiftlet.owner=\(mark.owner)", "--label", "swiftlet.attempt=\(mark.attempt)"]
        arguments += ["--label", "swiftlet.job=\(job.id)"]
        // The records are ours: kept by the engine, they would fill the disk.
        arguments += ["--log-driver", "none"]
        arguments += ["--security-opt", "no-new-privileges", "--cap-drop", "ALL", "--ulimit", "core=0"]
        for capability in settings.capabilities { arguments += ["--cap-add", capability] }
        if settings.isReadOnly || bearsReadOnly { arguments += ["--read-only", "--tmpfs", "/tmp"] }
        arguments += job.limits.filled(from: settings.limits).arguments
        if let network = settings.network { arguments += ["--network", network] }
        if engine.kind == .docker, settings.network != "host" {
            arguments += ["--add-host", "host.docker.internal:host-gateway"]
        }
        // Without a name it is deleted with the container.
        arguments += ["--volume", Self.directory, "--env-file", environmentFile]
        return arguments + [image] + words
    }
}
