/// What an engine's words mean. Docker and podman tell failures apart in text only.
enum EngineComplaint {
    /// A sentence where the engine could not be reached, or lost the connection.
    static func away(_ output: String) -> String? {
        let text = output.lowercased()
        if text.contains("permission denied"), text.contains("trying to connect") || text.contains("dial unix") {
            return "The container engine's socket may not be used by this user. Add the worker to the socket's group "
                + "(DOCKER_GID with docker-compose), or use a socket proxy or rootless podman."
        }
        let signs = [
            "cannot connect to the docker daemon", "is the docker daemon running", "error during connect",
            "cannot connect to podman", "unable to connect to podman",
        ]
        guard let sign = signs.first(where: text.contains), let line = line(with: sign, in: output) else { return nil }
        return "The container engine cannot be reached: \(line)"
    }

    /// Whether it knows no image or container of the name.
    static func isMissing(_ output: String) -> Bool {
        let text = output.lowercased()
        return ["no such container", "no such image", "no such object", "no container with name", "image not known"]
            .contains { text.contains($0) }
    }

    /// Whether a registry has no such image, or not for us; what else goes wrong may pass.
    static func isRefused(_ output: String) -> Bool {
        let text = output.lowercased()
        return [
            "manifest unknown", "not found", "does not exist", "access denied", "access to the resource is denied",
            "unauthorized", "no basic auth credentials", "authentication required", "no matching manifest",
            "invalid reference format",
        ].contains { text.contains($0) }
    }

    private static func line(with sign: String, in output: String) -> Substring? {
        output.split(separator: "\n").last { $0.lowercased().contains(sign) }
    }
}
