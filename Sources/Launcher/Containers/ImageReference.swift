/// A container image's name, safe in arguments.
package struct ImageReference: Hashable, Sendable {
    let repository: String
    let tag: String

    /// Refuses what no registry has, and what an engine would take for an option.
    package init(_ image: ConnectorImage) throws(LauncherError) {
        guard Self.isPlain(image.repository), Self.isPlain(image.tag), !image.tag.contains("/"),
            !image.repository.utf8.contains(where: { (65...90).contains($0) })
        else {
            throw LauncherError(
                .notAllowed,
                "“\(image)” cannot be a container image: small letters, digits and the characters ._-:/ are used.")
        }
        repository = image.repository
        tag = image.tag
    }

    /// With a digest in place of a tag where the tag is one.
    package var name: String { tag.hasPrefix("sha256:") ? "\(repository)@\(tag)" : "\(repository):\(tag)" }

    /// `docker.io` where the name has none.
    package var registry: String { hasRegistry ? String(first) : "docker.io" }

    /// `library/postgres:15` of `postgres:15`.
    package var pathInRegistry: String {
        if hasRegistry { return String(name.dropFirst(first.count + 1)) }
        return repository.contains("/") ? name : "library/\(name)"
    }

    private var first: Substring { repository.prefix { $0 != "/" } }

    /// The first part is a registry if it cannot be a folder of Docker's own.
    private var hasRegistry: Bool {
        repository.contains("/") && (first.contains(".") || first.contains(":") || first == "localhost")
    }

    static func isPlain(_ text: some StringProtocol) -> Bool {
        guard let start = text.utf8.first, (1...255).contains(text.utf8.count) else { return false }
        return (48...57).contains(start) || (97...122).contains(start | 32)
            ? text.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (97...122).contains(byte | 32) && byte < 128
                    || "._-:/@+".utf8.contains(byte)
            } : false
    }
}
