import Launcher
import Testing

@Suite("Names of images")
struct ImageReferenceTests {
    private func reference(_ repository: String, _ tag: String = "1.0") throws -> ImageReference {
        try ImageReference(ConnectorImage(repository: repository, tag: tag))
    }

    @Test(arguments: [
        ("airbyte/source-faker", "docker.io", "airbyte/source-faker:1.0"),
        ("postgres", "docker.io", "library/postgres:1.0"),
        ("ghcr.io/acme/source-x", "ghcr.io", "acme/source-x:1.0"), ("localhost/x", "localhost", "x:1.0"),
        ("registry:5000/a/b", "registry:5000", "a/b:1.0"),
    ])
    func `a registry is told from a folder`(repository: String, registry: String, path: String) throws {
        let reference = try reference(repository)
        #expect(reference.registry == registry)
        #expect(reference.pathInRegistry == path)
        #expect(reference.name == "\(repository):1.0")
    }

    @Test func `a digest stands behind an at sign`() throws {
        #expect(try reference("acme/x", "sha256:0a1b").name == "acme/x@sha256:0a1b")
    }

    @Test func `an image is fetched from its registry's mirror`() throws {
        let mirrors = try RegistryMirrors("docker.io=mirror.example.org:5000/hub,ghcr.io=mirror.example.org:5000/ghcr")
        #expect(
            try mirrors.name(of: reference("airbyte/source-x")) == "mirror.example.org:5000/hub/airbyte/source-x:1.0")
        #expect(try mirrors.name(of: reference("postgres")) == "mirror.example.org:5000/hub/library/postgres:1.0")
        #expect(try mirrors.name(of: reference("ghcr.io/a/b")) == "mirror.example.org:5000/ghcr/a/b:1.0")
        #expect(try mirrors.name(of: reference("quay.io/a/b")) == "quay.io/a/b:1.0")
        #expect(throws: LauncherError.self) { try RegistryMirrors("docker.io") }
        #expect(throws: LauncherError.self) { try RegistryMirrors("docker.io=--help") }
    }
}
