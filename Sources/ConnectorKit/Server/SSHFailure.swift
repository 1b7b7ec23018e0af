/// Reads why a tunnel failed out of what `ssh` wrote; the host's own words are told only as far as one line.
struct SSHFailure {
    private let words: String
    private let options: TunnelOptions
    private let target: SSHTunnel.Target

    init(_ words: String, _ options: TunnelOptions, _ target: SSHTunnel.Target) {
        self.words = words
        self.options = options
        self.target = target
    }

    /// Whether another program had taken the port on this machine.
    var isPortTaken: Bool { words.contains("cannot listen to port") }

    /// Why the tunnel did not open.
    func error(isSilent: Bool) -> ConnectorError {
        let host = "the SSH host \(options.host)"
        func config(_ text: String) -> ConnectorError { ConnectorError(.config, text, detail: lastLine) }
        if words.contains("Host key verification failed") {
            return config(
                "The key of \(host) is none of \"tunnel_method.tunnel_host_key\"; make sure whose host it is.")
        }
        if words.contains("Load key ") {
            return config(
                "\"tunnel_method.ssh_key\" cannot be used: it must be a private key without a passphrase, in PEM or OpenSSH form."
            )
        }
        if words.contains("Permission denied") || words.contains("Too many authentication failures") {
            let proof = if case .key = options.proof { "key" } else { "password" }
            return config("The SSH host \(options.host) refuses the user \(options.user) with this \(proof).")
        }
        if words.contains("remote port forwarding failed") || words.contains("forwarding request failed") {
            return config("The SSH host \(options.host) forwards no connections.")
        }
        let unreachable = [
            "Could not resolve hostname", "Connection refused", "Connection timed out", "No route to host",
            "Network is unreachable", "Connection reset", "Connection closed", "Operation timed out",
        ]
        if isSilent || unreachable.contains(where: { words.contains($0) }) {
            let reason = isSilent ? "it did not answer in time" : lastLine
            return ConnectorError(.transient, "No tunnel can be opened, for \(host) cannot be reached: \(reason).")
        }
        return ConnectorError(.transient, "No tunnel can be opened through \(host): \(lastLine).")
    }

    /// Why a connection through the open tunnel failed; nil where `ssh` knows nothing.
    func refusal(hasEnded: Bool) -> ConnectorError? {
        let server = "\(target.host):\(target.port)"
        if words.contains("administratively prohibited") {
            return ConnectorError(
                .config, "The SSH host \(options.host) does not forward connections to \(server); allow it there.")
        }
        if let failure = line(with: "open failed") {
            let reason = failure.split(separator: ": ").last.map(String.init) ?? "no reason given"
            return ConnectorError(
                .transient, "The SSH host \(options.host) cannot reach \(server): \(reason.prefix(200)).")
        }
        guard hasEnded else { return nil }
        return ConnectorError(.transient, "The tunnel through the SSH host \(options.host) broke: \(lastLine).")
    }

    private func line(with part: String) -> String? {
        lines.last { $0.contains(part) }
    }

    private var lastLine: String {
        lines.last { !$0.hasPrefix("Warning: Permanently added") } ?? "no reason given"
    }

    /// Without what a terminal would take for commands.
    private var lines: [String] {
        words.split(whereSeparator: \.isNewline).map { line in
            var scalars = String.UnicodeScalarView(line.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 })
            while let last = scalars.last, last == "." || last == " " { scalars.removeLast() }
            return String(String(scalars).prefix(200))
        }.filter { !$0.isEmpty }
    }
}
