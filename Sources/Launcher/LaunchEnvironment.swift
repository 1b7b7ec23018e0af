package import Posix

/// Which variables reach the attempt's process, pip and the connectors: lists, so that no secret of the worker does.
package enum LaunchEnvironment {
    private static let proxies: Set<String> = [
        "http_proxy", "https_proxy", "no_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY",
    ]

    /// Files with the authorities to trust.
    package static let authorityFiles: Set<String> = [
        "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS",
        "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
    ]

    /// How a connector reaches the world; the same for all of them.
    private static let shared = proxies.union(authorityFiles).union([
        "PATH", "SSL_CERT_DIR", "AIRBYTE_ENABLE_UNSAFE_CODE",
    ])

    /// What else the attempt's process needs to find, make and run them.
    private static let attemptOnly: Set<String> = [
        "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR", "PYENV_ROOT", "XDG_CACHE_HOME", "SWIFTLET_DATA",
        "SWIFTLET_CONNECTOR_PATH", "SWIFTLET_VENVS", "SWIFTLET_PYTHON", "SWIFTLET_PYPI_ALLOWED",
        "SWIFTLET_PIP_TIMEOUT_SECONDS",
    ]

    /// For the attempt's process, out of the worker's.
    package static func attempt(from worker: Environment) -> [String: String] {
        filtered(worker) {
            shared.contains($0) || attemptOnly.contains($0) || $0.hasPrefix("PIP_")
                || ContainerSettings.variables.contains($0) || ContainerSettings.engineVariables.contains($0)
        }
    }

    /// For python, pip and a container engine, out of the attempt's or the server's. An attempt's mark goes with it.
    package static func tool(from environment: Environment) -> [String: String] {
        filtered(environment) { name in
            shared.contains(name) || name.hasPrefix("PIP_") || name == OwnerMark.ownerVariable
                || name == OwnerMark.attemptVariable || ContainerSettings.engineVariables.contains(name)
                || ["HOME", "USER", "LANG", "LC_ALL", "TMPDIR", "PYENV_ROOT", "XDG_CACHE_HOME"].contains(name)
        }
    }

    /// For a connector, out of the attempt's: protocol variables, the mark, and what it takes to reach the world.
    package static func connector(
        from attempt: Environment, job: ConnectorJob, jobDirectory: String, mark: OwnerMark
    ) -> [String: String] {
        var values = filtered(attempt) { shared.contains($0) }
        if values["PATH"] == nil { values["PATH"] = "/usr/local/bin:/usr/bin:/bin" }
        values.merge(protocolVariables(job)) { $1 }
        values.merge(["HOME": jobDirectory, "TMPDIR": "\(jobDirectory)/tmp"]) { $1 }
        values.merge(mark.variables) { $1 }
        return values
    }

    /// For a connector in a container: nothing that names a place of this machine.
    static func container(from attempt: Environment, job: ConnectorJob) -> [String: String] {
        filtered(attempt) { proxies.contains($0) || $0 == "AIRBYTE_ENABLE_UNSAFE_CODE" }
            .merging(protocolVariables(job)) { $1 }
    }

    private static func protocolVariables(_ job: ConnectorJob) -> [String: String] {
        [
            "LANG": "C.UTF-8",
            "DEPLOYMENT_MODE": "OSS",
            "USE_STREAM_CAPABLE_STATE": "true",
            "USE_FILE_TRANSFER": "false",
            "DATA_CHANNEL_MEDIUM": "STDIO",
            "DATA_CHANNEL_FORMAT": "JSONL",
            "WORKER_CONNECTOR_IMAGE": job.image.description,
            "WORKER_JOB_ID": job.id,
            "WORKER_JOB_ATTEMPT": String(job.attempt),
        ]
    }

    private static func filtered(_ environment: Environment, _ keep: (String) -> Bool) -> [String: String] {
        environment.values.filter { keep($0.key) }
    }
}
