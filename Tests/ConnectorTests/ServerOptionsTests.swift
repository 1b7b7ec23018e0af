import ConnectorKit
import JSON
import Postgres
import SQL
import TestKit
import Testing

/// What of the options that Airbyte's database connectors share is honoured, refused or warned of.
@Suite("Options of database servers", .timeLimit(.minutes(5)))
struct ServerOptionsTests {
    private static func options(_ more: JSONObject) throws -> ServerOptions {
        var configuration: JSON = ["host": "db.example", "database": "d", "username": "u"]
        for (key, value) in more { configuration[key] = value }
        return try ServerOptions(Configuration(configuration), defaultPort: 5432)
    }

    private static func address(_ parameters: String, _ more: JSONObject = [:]) throws -> ServerAddress {
        var more = more
        more["jdbc_url_params"] = .string(parameters)
        return try options(more).connect { $0 }
    }

    @Test func `parameters of the JDBC driver are taken over where libpq has them`() throws {
        let address = try Self.address(
            "connectTimeout=7&ApplicationName=my%20app&currentSchema=a,b&options=-c+work_mem=8MB&tcpKeepAlive=true"
                + "&targetServerType=preferSecondary&channelBinding=require&gssEncMode=disable&sslmode=require")
        #expect(
            address.parameters == [
                "application_name": "my app", "options": "-c work_mem=8MB", "keepalives": "1",
                "target_session_attrs": "prefer-standby", "channel_binding": "require", "gssencmode": "disable",
                "sslmode": "require",
            ])
        #expect(address.session == ["search_path": "a,b"])
        #expect(address.connectTimeout == .seconds(7))
        #expect(try Self.address("").connectTimeout == .seconds(30))
        #expect(try Self.address("connectTimeout=0").connectTimeout == .seconds(30))
    }

    @Test func `those that mean nothing here are warned of by name, and only by name`() throws {
        let options = try Self.options([
            "jdbc_url_params": "prepareThreshold=0&sslkey=/etc/s3cr3t&ApplicationName=x&sslmode=disable",
            "ssl_mode": ["mode": "require"],
        ])
        #expect(options.warnings.count == 1)
        let warning = options.warnings.first ?? ""
        #expect(warning.contains("prepareThreshold, sslkey, sslmode"))
        #expect(!warning.contains("s3cr3t") && !warning.contains("ApplicationName"))
        #expect(try options.connect { $0.parameters["sslmode"] } == "require")
        let many = try Self.options(["jdbc_url_params": .string((0..<90).map { "p\($0)=1" }.joined(separator: "&"))])
        #expect(many.warnings.first?.contains("p9 and others") == true)
        #expect(try Self.options([:]).warnings.isEmpty)
    }

    @Test(arguments: [
        "connectTimeout", "=1", "connectTimeout=soon", "connectTimeout=-1", "connectTimeout=99999",
        "sslmode=verify-full",
        "a=%zz", "a=%0", "a=%00", "a=%ff", "targetServerType=best",
        String(repeating: "a=1&", count: 101), "a=" + String(repeating: "x", count: 9000),
    ])
    func `those that cannot be read are refused`(text: String) throws {
        let error = #expect(throws: ConnectorError.self) { try Self.options(["jdbc_url_params": .string(text)]) }
        #expect(error?.code == .config)
        #expect(error?.message.contains("jdbc_url_params") == true)
    }

    @Test func `a session has the settings that were asked for`() async throws {
        let server = try await ThrowawayPostgres.shared()
        let url = try await server.freshDatabase()
        var configuration = DestinationUnderTest.configuration(server, url)
        configuration["jdbc_url_params"] = "currentSchema=elsewhere&ApplicationName=mine&options=-c%20work_mem=5MB"
        let address = try ServerOptions(Configuration(configuration), defaultPort: 5432).connect { $0 }
        var settings = try PostgresSettings(url: url)
        settings.parameters = address.parameters
        settings.session = address.session
        let connection = try PostgresConnection(settings)
        for (name, value) in [("search_path", "elsewhere"), ("application_name", "mine"), ("work_mem", "5MB")] {
            let found = try connection.rows("SELECT current_setting(\(name)) AS value").first
            #expect(try found?.get("value", as: String.self) == value)
        }
    }

    @Test(arguments: ["a,b", "/tmp", "-x", "a b", "a\nb", "", "x=1", "$(id)", "a'b"])
    func `a host is one host`(host: String) {
        #expect(throws: ConnectorError.self) { try Self.options(["host": .string(host)]) }
    }

    @Test(arguments: ["db.example", "127.0.0.1", "::1", "fe80::1%eth0", "under_score", "bücher.example"])
    func `a name or an address is a host`(host: String) throws {
        #expect(try Self.options(["host": .string(host)]).host == host)
        #expect(try Self.options(["host": .string("[\(host)]")]).host == host)
    }

    @Test func `a secret of another service is not taken for a password`() {
        let error = #expect(throws: ConnectorError.self) {
            try Self.options(["entra_service_principal_auth": true, "password": "x"])
        }
        #expect(error?.message.contains("Entra") == true)
    }

    /// As the typed classes of Airbyte's Python SDK write them.
    @Test(arguments: [
        #"{"database":"d","host":"h","username":"u","destinationType":"postgres","disable_type_dedupe":false,"drop_cascade":false,"port":5432,"schema":"public","ssl":false,"unconstrained_number":false}"#,
        #"{"database":"d","host":"h","username":"u","sourceType":"postgres","entra_service_principal_auth":false,"port":5432,"password":null,"ssl_mode":{"mode":"require"},"tunnel_method":{"tunnel_method":"NO_TUNNEL"},"schemas":["public"]}"#,
        #"{"database":"d","host":"h","username":"u","destinationType":"postgres","port":5432,"ssl_mode":{"mode":"prefer"},"tunnel_method":{"tunnel_host":"j","tunnel_user":"u","tunnel_user_password":"p","tunnel_method":"SSH_PASSWORD_AUTH","tunnel_port":22}}"#,
    ])
    func `configurations of the SDK are read`(text: String) throws {
        _ = try ServerOptions(Configuration(JSON.parse(text)), defaultPort: 5432)
    }
}
