import Airbyte
package import Posix

/// How connectors that are container images are run.
package struct ContainerSettings: Sendable {
    package enum Pull: String, Sendable { case missing, always, never }

    /// `SWIFTLET_CONTAINER_ENGINE`: docker, podman, a path, or none; nil: what is found.
    package var engine: String?
    /// `SWIFTLET_CONTAINER_NETWORK`; nil: the engine's own.
    package var network: String?
    /// `SWIFTLET_CONTAINER_PULL`: when an image is fetched.
    package var pull: Pull
    /// `SWIFTLET_CONTAINER_PULL_SECONDS`: how long that may take.
    package var pullTimeout: Duration
    /// `SWIFTLET_REGISTRY_MIRRORS`: where the images of a registry are fetched instead.
    package var mirrors: RegistryMirrors
    /// `SWIFTLET_CONTAINER_CAPABILITIES`: what connectors keep of root's rights, comma separated; none.
    package var capabilities: [String]
    /// `SWIFTLET_CONTAINER_READ_ONLY`: mounts every image's root read-only; else only of images that say they bear it.
    package var isReadOnly: Bool
    /// `JOB_MAIN_CONTAINER_CPU_LIMIT`, `JOB_MAIN_CONTAINER_MEMORY_LIMIT`, `SWIFTLET_CONTAINER_PIDS`: what one may take
    /// where neither its connection nor its definition says.
    package var limits: ContainerLimits
    /// `SWIFTLET_KEEP_IMAGES_DAYS`: how long an image that was fetched is kept unused.
    package var keepImages: Duration

    package init(environment: Environment) throws(LauncherError) {
        func text(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        func number(_ name: String, _ range: ClosedRange<Int64>, else fallback: Int64) throws(LauncherError) -> Int64 {
            guard let text = text(name) else { return fallback }
            guard let number = Int64(text), range.contains(number) else {
                throw LauncherError(
                    .notAllowed,
                    "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound), not “\(text)”.")
            }
            return number
        }
        engine = text("SWIFTLET_CONTAINER_ENGINE")
        network = text("SWIFTLET_CONTAINER_NETWORK")
        guard let pull = Pull(rawValue: text("SWIFTLET_CONTAINER_PULL") ?? "missing") else {
            throw LauncherError(.notAllowed, "SWIFTLET_CONTAINER_PULL must be missing, always or never.")
        }
        self.pull = pull
        pullTimeout = .seconds(try number("SWIFTLET_CONTAINER_PULL_SECONDS", 1...86_400, else: 1200))
        mirrors = try RegistryMirrors(text("SWIFTLET_REGISTRY_MIRRORS") ?? "")
        capabilities = (text("SWIFTLET_CONTAINER_CAPABILITIES") ?? "").split(separator: ",").map(String.init)
        isReadOnly = try Self.flag("SWIFTLET_CONTAINER_READ_ONLY", text("SWIFTLET_CONTAINER_READ_ONLY"))
        limits = ContainerLimits(
            processes: Int(try number("SWIFTLET_CONTAINER_PIDS", 16...1_000_000, else: 1024)))
        do throws(QuantityError) {
            if let text = text("JOB_MAIN_CONTAINER_CPU_LIMIT") { limits.cpu = try ResourceQuantity.processors(text) }
            if let text = text("JOB_MAIN_CONTAINER_MEMORY_LIMIT") { limits.memory = try ResourceQuantity.bytes(text) }
        } catch {
            throw LauncherError(.notAllowed, "JOB_MAIN_CONTAINER_CPU_LIMIT or …_MEMORY_LIMIT: \(error.message)")
        }
        keepImages = .seconds(86_400 * (try number("SWIFTLET_KEEP_IMAGES_DAYS", 1...36_500, else: 30)))
    }

    private static func flag(_ name: String, _ text: String?) throws(LauncherError) -> Bool {
        switch text ?? "false" {
        case "true": true
        case "false": false
        default: throw LauncherError(.notAllowed, "\(name) must be true or false.")
        }
    }

    /// What reaches an attempt's process of all this, and what the engine's program needs to find its engine.
    static let variables: Set<String> = [
        "SWIFTLET_CONTAINER_ENGINE", "SWIFTLET_CONTAINER_NETWORK", "SWIFTLET_CONTAINER_PULL",
        "SWIFTLET_CONTAINER_PULL_SECONDS", "SWIFTLET_REGISTRY_MIRRORS", "SWIFTLET_CONTAINER_CAPABILITIES",
        "SWIFTLET_CONTAINER_READ_ONLY", "SWIFTLET_CONTAINER_PIDS", "JOB_MAIN_CONTAINER_CPU_LIMIT",
        "JOB_MAIN_CONTAINER_MEMORY_LIMIT", "SWIFTLET_KEEP_IMAGES_DAYS",
    ]
    static let engineVariables: Set<String> = [
        "DOCKER_HOST", "DOCKER_CONFIG", "DOCKER_CONTEXT", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY", "DOCKER_API_VERSION",
        "CONTAINER_HOST", "REGISTRY_AUTH_FILE", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
        "DBUS_SESSION_BUS_ADDRESS",
    ]
}
