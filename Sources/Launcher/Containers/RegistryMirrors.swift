/// Where the images of a registry are fetched instead: `docker.io=mirror.example.org:5000/hub,ghcr.io=…`.
package struct RegistryMirrors: Sendable {
    private let mirrors: [String: String]

    package init(_ text: String) throws(LauncherError) {
        var mirrors: [String: String] = [:]
        for entry in text.split(separator: ",") {
            let parts = entry.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, ImageReference.isPlain(parts[1]) else {
                throw LauncherError(
                    .notAllowed,
                    "SWIFTLET_REGISTRY_MIRRORS must be like docker.io=mirror.example.org:5000/hub,ghcr.io=…; "
                        + "“\(entry)” is not.")
            }
            mirrors[String(parts[0])] = String(parts[1])
        }
        self.mirrors = mirrors
    }

    /// The name to fetch an image under.
    package func name(of image: ImageReference) -> String {
        guard let mirror = mirrors[image.registry] else { return image.name }
        return "\(mirror)/\(image.pathInRegistry)"
    }
}
