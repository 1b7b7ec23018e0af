import Postgres
import SQL
import Testing

@Suite("Postgres: settings")
struct PostgresSettingsTests {
    @Test func `a URL is taken apart and decoded`() throws {
        let settings = try PostgresSettings(
            url: "postgres://us%40er:p%3A%2F%3Fss@db.example:6543/na%20me?sslmode=require&connect_timeout=3")
        #expect(settings.user == "us@er")
        #expect(settings.password == "p:/?ss")
        #expect(settings.hosts == ["db.example"])
        #expect(settings.ports == [6543])
        #expect(settings.database == "na me")
        #expect(settings.parameters == ["sslmode": "require"])
        #expect(settings.connectTimeout == .seconds(3))
    }

    @Test func `Airbyte's form takes user and password from beside it`() throws {
        let settings = try PostgresSettings(
            url: "jdbc:postgresql://db:5432/airbyte?ssl=true&sslmode=require&prepareThreshold=0", user: "me",
            password: "p%w")
        #expect(settings.user == "me")
        #expect(settings.password == "p%w")
        #expect(settings.database == "airbyte")
        #expect(settings.parameters == ["sslmode": "require"])
    }

    @Test func `sockets, IPv6 and several hosts are understood`() throws {
        #expect(try PostgresSettings(url: "postgresql:///db?host=/run/pg").hosts == ["/run/pg"])
        #expect(try PostgresSettings(url: "postgres://[::1]:1234/db").hosts == ["::1"])
        let several = try PostgresSettings(url: "postgres://a,b:6000/db")
        #expect(several.hosts == ["a", "b"])
        #expect(several.ports == [5432, 6000])
    }

    @Test(
        arguments: [
            "mysql://me:hush@host/db", "postgres://me:hush@host:port/db", "postgres://me:hush@host:70000/db",
            "postgres://me:hush%2@host/db", "postgres://me:hush%00@host/db", "postgres://me:hush@host/db?sslmodus=hush",
            "postgres://me:hush@host/db?connect_timeout=hush", "postgres://me:hush@[::1]x/db", "",
        ])
    func `a broken URL is refused without being repeated`(url: String) throws {
        let error = #expect(throws: DatabaseError.self) { _ = try PostgresSettings(url: url) }
        #expect(error?.description.contains("hush") == false)
    }
}
