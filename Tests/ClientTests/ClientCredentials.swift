import Posix

/// What a client signs in with, and the files that tell it to the programs.
final class ClientCredentials: Sendable {
    private static let client = "c11e0715-0000-4000-8000-000000000001"
    private static let secret = "what only the client knows"
    private static let password = "what only the admin knows"

    private let directory: String
    /// The settings of the programs.
    let settings: [String: String]
    /// The environment of a client.
    let environment = [
        "CLIENT_ID": client, "CLIENT_SECRET": secret, "ADMIN_NAME": "airbyte", "ADMIN_PASSWORD": password,
    ]

    init() throws {
        directory = "/tmp/swiftlet-credentials-\(UUID())"
        try Directory.create(directory, mode: 0o700)
        let (secret, password) = ("\(directory)/secret", "\(directory)/password")
        try SecureFile.write(Array(Self.secret.utf8), to: secret)
        try SecureFile.write(Array(Self.password.utf8), to: password)
        settings = [
            "SWIFTLET_CLIENT_ID": Self.client, "SWIFTLET_CLIENT_SECRET_FILE": secret,
            "SWIFTLET_ADMIN_PASSWORD_FILE": password,
        ]
    }

    deinit { try? Directory.remove(directory) }
}
