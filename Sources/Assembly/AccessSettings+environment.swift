package import Access
import Crypto
package import Posix

extension AccessSettings {
    /// Reads `SWIFTLET_AUTH`, `SWIFTLET_API_TOKEN_FILE`, `SWIFTLET_TOKEN_SECONDS`, `SWIFTLET_SESSION_HOURS`,
    /// `SWIFTLET_GRANTS_SECONDS` and `SWIFTLET_PROXIES`. Where the first is not set, whoever has set a password, a token or
    /// a client secret wants it to be asked for.
    package init(environment: Environment) throws {
        self.init()
        let secrets = ["SWIFTLET_ADMIN_PASSWORD_FILE", "SWIFTLET_API_TOKEN_FILE", "SWIFTLET_CLIENT_SECRET_FILE"]
        switch environment["SWIFTLET_AUTH"] ?? "" {
        case "": mode = secrets.contains { environment[$0]?.isEmpty == false } ? .simple : .none
        case "none": mode = .none
        case "simple": mode = .simple
        default: throw SettingsError("SWIFTLET_AUTH must be none or simple.")
        }
        staticToken = try SecretFile.read("SWIFTLET_API_TOKEN_FILE", atLeast: 20, environment).map { SHA256(of: $0) }
        tokenLife = .seconds(try Settings.number("SWIFTLET_TOKEN_SECONDS", 900, environment))
        sessionIdle = .seconds(3600 * (try Settings.number("SWIFTLET_SESSION_HOURS", 12, environment)))
        sessionLongest = max(sessionLongest, sessionIdle)
        grantsKept = .seconds(try Settings.number("SWIFTLET_GRANTS_SECONDS", 5, environment))
        proxies = try Settings.number("SWIFTLET_PROXIES", 0, environment)
        guard (0...10).contains(proxies) else { throw SettingsError("SWIFTLET_PROXIES must be 0 to 10.") }
    }
}
