import ConnectorKit
import JSON
import Posix
import Postgres
import SQL
import TestKit
import Testing

/// How the Postgres connectors encrypt, on a server with certificates of its own.
@Suite("Encrypted connections", .timeLimit(.minutes(5)))
struct EncryptionTests {
    enum Way: String, CaseIterable, Sendable {
        case source = "source-postgres"
        case destination = "destination-postgres"
    }

    struct Fixture: Sendable {
        let server: ThrowawayPostgres
        let certificates: Certificates
        let client: Certificates.Pair

        static let shared = Task { try await make() }

        static func make() async throws -> Fixture {
            let certificates = try Certificates()
            let server = try await ThrowawayPostgres.start()
            try await server.encrypt(
                with: certificates.sign("server", host: "localhost"), authority: certificates.authority.certificate)
            return Fixture(server: server, certificates: certificates, client: try certificates.sign("certified"))
        }

        func configuration(_ user: String, _ mode: JSON, host: String = "127.0.0.1") -> JSON {
            [
                "host": .string(host), "port": .integer(server.port), "database": "postgres", "schema": "public",
                "username": .string(user), "password": .string(server.password), "ssl_mode": mode,
            ]
        }

        /// Nil where the connector is content, else why it is not.
        func refusal(_ way: Way, _ configuration: JSON) async throws -> String? {
            let run = try await ConnectorRun.run([way.rawValue, "check"], files: [("config", configuration)])
            let status = run.messages.first?["connectionStatus"]
            let message = status?["message"]?.stringValue ?? "\(run.output)"
            #expect(!run.output.joined().contains("/proc/"))
            #expect(!run.output.joined().contains("PRIVATE KEY"))
            return status?["status"] == "SUCCEEDED" ? nil : message
        }
    }

    private let authority = "ca_certificate"

    @Test(arguments: Way.allCases)
    func `each mode encrypts as it says`(way: Way) async throws {
        let fixture = try await Fixture.shared.value
        for (user, modes) in [
            ("encrypted", ["allow", "prefer", "require"]), ("plain", ["disable", "allow", "prefer"]),
        ] {
            for mode in modes {
                let refusal = try await fixture.refusal(way, fixture.configuration(user, ["mode": .string(mode)]))
                #expect(refusal == nil, "\(user) \(mode)")
            }
        }
        let plain = try await fixture.refusal(way, fixture.configuration("encrypted", ["mode": "disable"]))
        #expect(plain?.contains("no encryption") == true, "\(plain ?? "content")")
        #expect(try await fixture.refusal(way, fixture.configuration("plain", ["mode": "require"])) != nil)
        var flagged = fixture.configuration("encrypted", nil)
        flagged["ssl"] = true
        #expect(try await fixture.refusal(way, flagged) == nil)
        flagged["ssl"] = false
        #expect(try await fixture.refusal(way, flagged) != nil)
    }

    @Test(arguments: Way.allCases)
    func `verify-ca believes one authority and verify-full one host`(way: Way) async throws {
        let fixture = try await Fixture.shared.value
        let good = JSON.string(fixture.certificates.authority.certificate)
        let bad = JSON.string(fixture.certificates.stranger.certificate)
        for mode: JSON in ["verify-ca", "verify-full"] {
            let content = fixture.configuration("encrypted", ["mode": mode, "ca_certificate": good], host: "localhost")
            #expect(try await fixture.refusal(way, content) == nil)
            let wrong = fixture.configuration("encrypted", ["mode": mode, "ca_certificate": bad], host: "localhost")
            let refusal = try await fixture.refusal(way, wrong)
            #expect(refusal?.contains("certificate verify failed") == true, "\(refusal ?? "content")")
        }
        let elsewhere = fixture.configuration("encrypted", ["mode": "verify-ca", "ca_certificate": good])
        #expect(try await fixture.refusal(way, elsewhere) == nil)
        let named = fixture.configuration("encrypted", ["mode": "verify-full", "ca_certificate": good])
        let refusal = try await fixture.refusal(way, named)
        #expect(refusal?.contains("does not match host name") == true, "\(refusal ?? "content")")
    }

    @Test(arguments: Way.allCases)
    func `a client shows its certificate, with a key that a password may open`(way: Way) async throws {
        let fixture = try await Fixture.shared.value
        let encrypted = try fixture.certificates.encrypt(fixture.client.key, password: "hush hush")
        var mode: JSON = [
            "mode": "verify-ca", "ca_certificate": .string(fixture.certificates.authority.certificate),
        ]
        let without = try await fixture.refusal(way, fixture.configuration("certified", mode))
        #expect(without?.contains("certificate") == true, "\(without ?? "content")")
        mode["client_certificate"] = .string(fixture.client.certificate)
        mode["client_key"] = .string(fixture.client.key)
        #expect(try await fixture.refusal(way, fixture.configuration("certified", mode)) == nil)
        // As it comes out of a form with one line only.
        mode["client_key"] = .string(fixture.client.key.split(separator: "\n").joined(separator: "\\n"))
        #expect(try await fixture.refusal(way, fixture.configuration("certified", mode)) == nil)
        mode["client_key"] = .string(encrypted)
        mode["client_key_password"] = "hush hush"
        #expect(try await fixture.refusal(way, fixture.configuration("certified", mode)) == nil)
        mode["client_key_password"] = "something else"
        let wrong = try await fixture.refusal(way, fixture.configuration("certified", mode))
        #expect(wrong?.contains("ssl_mode.client_key") == true, "\(wrong ?? "content")")
        #expect(wrong?.contains("something else") == false)
    }

    @Test(
        arguments: [
            (["mode": "verify-ca"], "ca_certificate"), (["mode": "verify-full", "ca_certificate": "x"], "in PEM form"),
            (
                ["mode": "verify-ca", "ca_certificate": "-----BEGIN PRIVATE KEY-----\nAA\n-----END PRIVATE KEY-----"],
                "something else"
            ),
            (["mode": "verify-ca", "ca_certificate": "-----BEGIN CERTIFICATE-----\nAA"], "last line"),
            (
                ["mode": "require", "client_key": "-----BEGIN PRIVATE KEY-----\nAA\n-----END PRIVATE KEY-----"],
                "only together"
            ),
            (["mode": "prefer", "ca_certificate": 1], "must be a text"), (["mode": "tls"], "must be one of disable"),
        ] as [(JSON, String)])
    func `what is no certificate is told without repeating it`(mode: JSON, words: String) async throws {
        let configuration: JSON = [
            "host": "127.0.0.1", "port": 1, "database": "d", "schema": "s", "username": "u", "ssl_mode": mode,
        ]
        for way in Way.allCases {
            let run = try await ConnectorRun.run([way.rawValue, "check"], files: [("config", configuration)])
            let message = run.messages.first?["connectionStatus"]?["message"]?.stringValue ?? ""
            #expect(message.contains(words), "\(message)")
        }
    }
}
