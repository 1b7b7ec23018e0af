import Airbyte
import ConnectorKit
import JSON
import Posix
import Postgres
import SQL
import TestKit
import Testing

/// How the Postgres connectors reach their server through an SSH host.
@Suite("SSH tunnels", .timeLimit(.minutes(5)))
struct TunnelTests {
    typealias Way = EncryptionTests.Way

    private static let host = Task { try SSHHost() }

    private static func key(_ host: SSHHost) -> JSON {
        [
            "tunnel_method": "SSH_KEY_AUTH", "tunnel_host": "127.0.0.1", "tunnel_port": .integer(host.port),
            "tunnel_user": .string(SSHHost.user), "ssh_key": .string(host.userKey),
        ]
    }

    private static func password(_ host: SSHHost) -> JSON {
        [
            "tunnel_method": "SSH_PASSWORD_AUTH", "tunnel_host": "localhost", "tunnel_port": .integer(host.port),
            "tunnel_user": .string(SSHHost.user), "tunnel_user_password": .string(SSHHost.password),
        ]
    }

    private static func configuration(_ tunnel: JSON, mode: String = "disable") async throws -> JSON {
        let server = try await ThrowawayPostgres.shared()
        var configuration = DestinationUnderTest.configuration(server, try await server.freshDatabase())
        configuration["tunnel_method"] = tunnel
        configuration["ssl_mode"] = ["mode": .string(mode)]
        return configuration
    }

    /// The status of a check: nil where it succeeds.
    private static func refusal(_ way: Way, _ configuration: JSON) async throws -> String? {
        let run = try await ConnectorRun.run([way.rawValue, "check"], files: [("config", configuration)])
        let status = run.messages.first?["connectionStatus"]
        #expect(!run.output.joined().contains(SSHHost.password))
        #expect(!run.output.joined().contains("swiftlet-tunnel-"))
        return status?["status"] == "SUCCEEDED" ? nil : status?["message"]?.stringValue ?? "\(run.output)"
    }

    @Test(arguments: Way.allCases, ["disable", "prefer"])
    func `a key or a password opens the tunnel, by a socket or a port`(way: Way, mode: String) async throws {
        let host = try await Self.host.value
        var inPEM = Self.key(host)
        inPEM["ssh_key"] = .string(host.rsaKey)
        for tunnel in [Self.key(host), inPEM, Self.password(host)] {
            let refusal = try await Self.refusal(way, Self.configuration(tunnel, mode: mode))
            #expect(refusal == nil, "\(host.words)")
        }
    }

    @Test func `records come and go through it`() async throws {
        let host = try await Self.host.value
        let configuration = try await Self.configuration(Self.password(host))
        let stream = ConfiguredStream.test()
        let lines = (0..<2000).map { Messages.record("users", #"{"id":\#($0),"name":"n"}"#) }
        let written = try await ConnectorRun.run(
            ["destination-postgres", "write"],
            files: [("config", configuration), ("catalog", JSON.encode(ConfiguredCatalog(streams: [stream])))],
            input: lines)
        #expect(written.exitCode == 0, "\(written.output)")
        let found = try await ConnectorRun.run(
            ["source-postgres", "discover"], files: [("config", configuration)])
        #expect(found.messages.first?["catalog"]?["streams"]?.arrayValue?.count == 1)
        let read = try await ConnectorRun.run(
            ["source-postgres", "read"],
            files: [
                ("config", configuration),
                (
                    "catalog",
                    JSON.encode(
                        ConfiguredCatalog(streams: [.test("users", namespace: "public", sync: .fullRefresh)]))
                ),
            ])
        #expect(read.records.count == 2000)
    }

    @Test func `the server behind it is verified under its own name`() async throws {
        let host = try await Self.host.value
        let fixture = try await EncryptionTests.Fixture.shared.value
        let authority = JSON.string(fixture.certificates.authority.certificate)
        var configuration = fixture.configuration(
            "encrypted", ["mode": "verify-full", "ca_certificate": authority], host: "localhost")
        configuration["tunnel_method"] = Self.key(host)
        #expect(try await Self.refusal(.source, configuration) == nil)
        configuration["host"] = "127.0.0.1"
        let refusal = try await Self.refusal(.source, configuration)
        #expect(refusal?.contains("does not match host name \"127.0.0.1\"") == true, "\(refusal ?? "content")")
        configuration["ssl_mode"] = ["mode": "require"]
        #expect(try await Self.refusal(.destination, configuration) == nil)
    }

    @Test func `only the host whose key is named is believed, where one is`() async throws {
        let host = try await Self.host.value
        for (key, isGood) in [
            (host.hostKey, true), ("127.0.0.1 " + host.hostKey, true), (try SSHHost().hostKey, false),
        ] {
            var tunnel = Self.password(host)
            tunnel["tunnel_host_key"] = .string(key)
            let refusal = try await Self.refusal(.source, Self.configuration(tunnel))
            #expect((refusal == nil) == isGood, "\(refusal ?? "content")")
            if !isGood { #expect(refusal?.contains("tunnel_host_key") == true) }
        }
    }

    @Test func `why it does not open is told in a sentence`() async throws {
        let host = try await Self.host.value
        let unknown = host.otherKey
        let broken = host.rsaKey.split(separator: "\n").filter { !$0.hasPrefix("MII") }.joined(separator: "\n")
        let passphrase = try Certificates().encrypt(try Certificates().authority.key, password: "hush")
        let closed = try SSHHost("AllowTcpForwarding no")
        let cases: [(String, JSON, String)] = [
            ("ssh_key", .string(unknown), "refuses the user tunnel with this key"),
            ("ssh_key", .string(passphrase), "without a passphrase"),
            ("ssh_key", .string(broken), "cannot be used"), ("ssh_key", "ssh-rsa AAAA", "in PEM form"),
            ("tunnel_host", "host.invalid", "cannot be reached"),
            ("tunnel_port", 1, "Connection refused"), ("tunnel_host", "-oProxyCommand=id", "one host name"),
            ("tunnel_user", "-l", "the name of a user"), ("tunnel_method", "SSH", "NO_TUNNEL, SSH_KEY_AUTH"),
            ("tunnel_port", .integer(closed.port), "this key"), ("tunnel_user", nil, "tunnel_user"),
        ]
        for (key, value, words) in cases {
            var tunnel = Self.key(host)
            tunnel[key] = value
            let refusal = try await Self.refusal(.source, Self.configuration(tunnel))
            #expect(refusal?.contains(words) == true, "\(key): \(refusal ?? "content")")
        }
        var wrong = Self.password(host)
        wrong["tunnel_user_password"] = "another-word"
        let refusal = try await Self.refusal(.destination, Self.configuration(wrong))
        #expect(refusal?.contains("refuses the user tunnel with this password") == true, "\(refusal ?? "content")")
    }

    @Test(arguments: ["disable", "prefer"])
    func `a forward that is refused or leads nowhere is told in a sentence`(mode: String) async throws {
        let closed = try SSHHost("AllowTcpForwarding no")
        let refused = try await Self.refusal(.source, Self.configuration(Self.key(closed), mode: mode))
        #expect(refused?.contains("does not forward connections to 127.0.0.1:") == true, "\(refused ?? "content")")
        let host = try await Self.host.value
        var nowhere = try await Self.configuration(Self.key(host), mode: mode)
        nowhere["port"] = 1
        let lost = try await Self.refusal(.destination, nowhere)
        #expect(lost?.contains("cannot reach 127.0.0.1:1: Connection refused") == true, "\(lost ?? "content")")
    }

    @Test func `two connections share one ssh, and nothing of it is left`() async throws {
        let host = try SSHHost()
        let configuration = try await Self.configuration(Self.password(host))
        let server = try ServerOptions(Configuration(configuration), defaultPort: 5432)
        try await Thread.value {
            let connections = try (0..<2).map { _ in try Self.connect(server) }
            for connection in connections { try connection.execute(script: "SELECT 1") }
            #expect(Self.clients(of: host).count == 1)
            #expect(Self.clients(of: host).allSatisfy { !$0.contains(SSHHost.password) })
            host.dropConnections()
            for connection in connections {
                #expect(throws: DatabaseError.self) { try connection.execute(script: "SELECT 1") }
            }
            try Self.connect(server).execute(script: "SELECT 1")
        }
        #expect(Self.clients(of: host).isEmpty)
    }

    @Test func `a connector that is killed takes its tunnel with it`() async throws {
        let host = try SSHHost()
        let configuration = try await Self.configuration(Self.key(host))
        let folder = try TemporaryFolder()
        try folder.write(configuration.bytes, to: "config")
        try folder.write(JSON.encode(ConfiguredCatalog(streams: [.test()])).bytes, to: "catalog")
        try await Thread.value {
            let (stdin, stdout) = (try Pipe(), try Pipe())
            var request = ChildRequest(
                "\(Program.directory)/swiftlet-connector",
                [
                    "destination-postgres", "write", "--config=\(folder.path)/config",
                    "--catalog=\(folder.path)/catalog",
                ])
            request.descriptors = [stdin.reader, stdout.writer, nil]
            let child = try Child.spawn(request)
            stdin.reader.close()
            stdout.writer.close()
            try stdin.writer.write(Messages.state("users", 1) + "\n")
            #expect(try !stdout.reader.read(upTo: 4096).isEmpty)
            #expect(Self.clients(of: host).count == 1)
            child.signal(.kill)
            #expect(child.wait() == .signalled(9))
        }
        try await eventually { Self.clients(of: host).isEmpty }
    }

    @Test func `what a killed connector left is removed by the next, and nothing else`() async throws {
        let host = try await Self.host.value
        let stale = "/tmp/swiftlet-tunnel-\(UUID())"
        try Directory.create(stale)
        try SecureFile.write([1], to: "\(stale)/askpass")
        let configuration = try await Self.configuration(Self.key(host))
        try await Thread.value {
            let servers = try (0..<2).map { _ in try ServerOptions(Configuration(configuration), defaultPort: 5432) }
            let alive = try servers[0].connect { $0 }
            #expect(!Directory.exists(stale))
            try Self.connect(servers[1]).execute(script: "SELECT 1")
            #expect(Directory.exists(alive.host))
            #expect(alive.tunnel != nil)
        }
    }

    private static func connect(_ server: ServerOptions) throws -> PostgresConnection {
        try server.connect { address in
            var settings = PostgresSettings()
            settings.user = server.username
            settings.password = server.password
            settings.database = server.database
            settings.hosts = [address.host]
            settings.ports = [address.port]
            settings.parameters = address.parameters
            settings.companion = address.tunnel
            return try PostgresConnection(settings)
        }
    }

    /// The command lines of the programs that have a way through the host.
    private static func clients(of host: SSHHost) -> [String] {
        CommandLines.all.filter { $0.contains("/ssh -F none") && $0.contains("-p \(host.port) ") }
    }
}
