import Posix

/// The command line of `ssh`, which holds no secret: key or password is its standard input.
///
/// Nothing of the machine's or the user's own settings, agents and known hosts counts. A host whose key the configuration
/// does not name is believed, as with Airbyte: a connector has no place of its own to remember keys in.
struct SSHCommand {
    /// How long `ssh` may take to connect and sign in.
    let patience: Duration = .seconds(40)

    private let program: String
    private let options: TunnelOptions
    private let target: SSHTunnel.Target
    private let entrance: SSHTunnel.Entrance
    private let directory: String

    init(
        _ program: String, _ options: TunnelOptions, _ target: SSHTunnel.Target, _ entrance: SSHTunnel.Entrance,
        directory: String
    ) {
        self.program = program
        self.options = options
        self.target = target
        self.entrance = entrance
        self.directory = directory
    }

    /// What to start. `ssh` writes a line to its standard output once the tunnel is open.
    func request() throws -> ChildRequest {
        var environment = Environment.current.values.filter { !$0.key.hasPrefix("SSH_") && !$0.key.hasPrefix("LC_") }
        environment["LC_ALL"] = "C"
        environment["LANGUAGE"] = nil
        // Of the shell that says that the tunnel is open.
        environment["SHELL"] = "/bin/sh"
        let secret: MemoryFile
        switch options.proof {
        case .key(let key): secret = try MemoryFile(key.bytes)
        case .password(let password):
            secret = try MemoryFile(Array("\(password)\n".utf8))
            let helper = "\(directory)/askpass"
            try SecureFile.write(Array("#!/bin/sh\nexec cat /dev/stdin\n".utf8), to: helper, mode: 0o700)
            environment["SSH_ASKPASS"] = helper
            environment["SSH_ASKPASS_REQUIRE"] = "force"
            environment["DISPLAY"] = environment["DISPLAY"] ?? ":0"
        }
        var settings = try proofSettings + hostKeySettings()
        settings += [
            "ConnectTimeout=20", "ServerAliveInterval=15", "ServerAliveCountMax=4", "ExitOnForwardFailure=yes",
            "StreamLocalBindMask=0177", "PermitLocalCommand=yes", "LocalCommand=echo ready", "ControlPath=none",
            "GSSAPIAuthentication=no", "EscapeChar=none", "LogLevel=INFO",
        ]
        var request = ChildRequest(
            program,
            ["-F", "none", "-N", "-T", "-L", forward, "-p", String(options.port), "-l", options.user]
                + settings.flatMap { ["-o", $0] } + ["--", options.host], environment: environment)
        request.descriptors = [secret.descriptor, nil, nil]
        request.diesWithThread = true
        request.noNewPrivileges = true
        return request
    }

    private var forward: String {
        let far = "\(target.host.contains(":") ? "[\(target.host)]" : target.host):\(target.port)"
        switch entrance {
        case .socket(let directory): return "\(directory)/.s.PGSQL.\(target.port):\(far)"
        case .port(let port): return "127.0.0.1:\(port):\(far)"
        }
    }

    private var proofSettings: [String] {
        switch options.proof {
        case .key:
            [
                "BatchMode=yes", "PreferredAuthentications=publickey", "IdentityFile=/proc/self/fd/0",
                "IdentitiesOnly=yes", "IdentityAgent=none",
            ]
        case .password:
            [
                "NumberOfPasswordPrompts=1", "PreferredAuthentications=password,keyboard-interactive",
                "PubkeyAuthentication=no",
            ]
        }
    }

    private func hostKeySettings() throws -> [String] {
        var settings = ["GlobalKnownHostsFile=/dev/null", "UpdateHostKeys=no", "CheckHostIP=no", "VerifyHostKeyDNS=no"]
        guard !options.hostKeys.isEmpty else {
            return settings + ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null"]
        }
        let path = "\(directory)/known_hosts"
        try SecureFile.write(Array(options.hostKeys.map { "tunnel \($0)\n" }.joined().utf8), to: path)
        settings += ["StrictHostKeyChecking=yes", "UserKnownHostsFile=\(path)", "HostKeyAlias=tunnel"]
        return settings
    }
}
