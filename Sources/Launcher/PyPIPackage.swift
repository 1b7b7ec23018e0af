/// A package's name and version, both safe in paths and arguments.
struct PyPIPackage: Hashable {
    let name: String
    let version: String

    /// What a `pypi:` image names, if the settings allow it.
    init(_ image: ConnectorImage, _ settings: LaunchSettings) throws(LauncherError) {
        try self.init(name: String(image.repository.dropFirst("pypi:".count)), version: image.tag, settings)
    }

    init(name: String, version: String, _ settings: LaunchSettings) throws(LauncherError) {
        try Self.check(name: name, settings)
        guard let first = version.utf8.first, Self.isLetterOrDigit(first), version.utf8.count <= 64,
            version.utf8.allSatisfy({ Self.isLetterOrDigit($0) || ".!+_-".utf8.contains($0) })
        else {
            throw LauncherError(.notAllowed, "“\(version)” is not a version of a Python package.")
        }
        self.name = name
        self.version = version
    }

    /// A name out of `[a-z0-9-]` that begins as a connector's does, or that a setting allows.
    static func check(name: String, _ settings: LaunchSettings) throws(LauncherError) {
        let isSafe =
            (1...128).contains(name.utf8.count) && name.utf8.first != UInt8(ascii: "-")
            && name.utf8.allSatisfy { isLetterOrDigit($0) && !(65...90).contains($0) || $0 == UInt8(ascii: "-") }
        guard isSafe else {
            throw LauncherError(.notAllowed, "“\(name)” cannot be a package: small letters, digits and hyphens only.")
        }
        let isConnector = ["airbyte-source-", "airbyte-destination-"].contains { name.hasPrefix($0) && name != $0 }
        guard isConnector || settings.allowedPackages.contains(name) else {
            throw LauncherError(
                .notAllowed,
                "The package \(name) is not allowed: names begin with airbyte-source- or airbyte-destination-. "
                    + "To allow it, add it to SWIFTLET_PYPI_ALLOWED.")
        }
    }

    /// The command it is expected to bring: `source-faker` of `airbyte-source-faker`.
    var script: String { name.hasPrefix("airbyte-") ? String(name.dropFirst("airbyte-".count)) : name }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }
}
