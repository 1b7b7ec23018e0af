import Access
import Posix

extension FirstAdmin {
    /// Reads `SWIFTLET_ADMIN_EMAIL`, `SWIFTLET_ADMIN_PASSWORD_FILE`, `SWIFTLET_CLIENT_ID` and
    /// `SWIFTLET_CLIENT_SECRET_FILE`.
    init(environment: Environment) throws {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        self.init(
            email: value("SWIFTLET_ADMIN_EMAIL"),
            password: try SecretFile.read("SWIFTLET_ADMIN_PASSWORD_FILE", atLeast: PasswordRule.shortest, environment))
        if let email, !(3...320).contains(email.utf8.count) || !email.contains("@") || email.contains(":") {
            throw SettingsError("SWIFTLET_ADMIN_EMAIL must be an email address.")
        }
        let secret = try SecretFile.read("SWIFTLET_CLIENT_SECRET_FILE", atLeast: 20, environment)
        switch (value("SWIFTLET_CLIENT_ID"), secret) {
        case (nil, nil): break
        case (let id?, let secret?):
            // An address would be mistaken for a person's, and a colon ends the name in HTTP Basic.
            guard id.utf8.count <= 128,
                id.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) })
            else { throw SettingsError("SWIFTLET_CLIENT_ID takes up to 128 letters, digits, -, _ and .") }
            client = Client(id: id, secret: secret)
        default:
            throw SettingsError("SWIFTLET_CLIENT_ID and SWIFTLET_CLIENT_SECRET_FILE go together: set both, or neither.")
        }
    }
}
