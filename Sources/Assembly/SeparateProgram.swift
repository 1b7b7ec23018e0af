import JSON
import Log
package import Posix
import SQL
import Schema

/// How the four separate programs open what they share: Postgres, the key, a data directory.
package enum SeparateProgram {
    package static func open(_ name: String, environment: Environment, verifiesSchema: Bool = true) async throws
        -> Platform
    {
        let settings = try Settings(environment: environment)
        let data = try DataDirectory(making: settings.data)
        let file = try LogFile(name: name, in: data.path)
        let log = Log(level: settings.logLevel) { line in
            Log.standardError(line)
            file.append(line)
        }.with("program", .string(name))
        let location = try StoreLocation(environment: environment.values, dataDirectory: data.path)
        try location.requirePostgres(program: name)
        let platform = try await Platform(
            settings: settings, data: data, location: location, key: SecretKey.load(environment: environment.values),
            log: log)
        if verifiesSchema {
            try await platform.verifySchema()
            try await platform.verifyKey()
        }
        return platform
    }
}
