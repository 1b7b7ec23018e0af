import JSON
import Posix

/// The images of an engine: looked up, and fetched where they are missing.
struct ContainerImages {
    let engine: ContainerEngine
    let settings: ContainerSettings
    let uses: ImageUses
    let progress: (String) -> Void

    /// The image, fetched now if it has to be. May take minutes.
    func program(for image: ConnectorImage) throws(LauncherError) -> ContainerProgram {
        let reference = try ImageReference(image)
        let mirrored = settings.mirrors.name(of: reference)
        var name = reference.name
        var facts = settings.pull == .always ? nil : try engine.inspect("image", name, ".")
        if facts == nil, mirrored != name {
            name = mirrored
            facts = settings.pull == .always ? nil : try engine.inspect("image", name, ".")
        }
        if facts == nil {
            guard settings.pull != .never else {
                throw LauncherError(
                    .notFound, "The image \(name) is not on this machine, and SWIFTLET_CONTAINER_PULL is never.")
            }
            try pull(name)
            facts = try engine.inspect("image", name, ".")
            uses.noteFetched(name)
        }
        guard let facts else { throw LauncherError(.notFound, "The image \(name) is not there after it was fetched.") }
        uses.touch(name)
        try describe(name, facts)
        let labels = facts["Config"]?["Labels"]
        return ContainerProgram(
            engine: engine, settings: settings, image: name,
            bearsReadOnly: labels?["swiftlet.read-only-root"]?.stringValue == "true")
    }

    private func pull(_ name: String) throws(LauncherError) {
        progress("Fetching the image \(name).")
        let result = try engine.tools.run(
            engine.executable, ["pull", name], until: BootClock.now + settings.pullTimeout, keeping: 1 << 16
        ) { progress(String(decoding: $0, as: UTF8.self)) }
        if result.timedOut {
            throw LauncherError(
                .installFailed,
                "The image \(name) could not be fetched within \(settings.pullTimeout.components.seconds) s "
                    + "(SWIFTLET_CONTAINER_PULL_SECONDS). Its last words: \(result.lastLine)")
        }
        if result.exit.isSuccess { return }
        if EngineComplaint.isRefused(result.output) {
            throw LauncherError(
                .notFound,
                "There is no image \(name), or this machine may not fetch it: \(result.lastLine) For a private registry "
                    + "sign in where the worker runs (docker login), or name the folder of its config.json in DOCKER_CONFIG."
            )
        }
        if let sentence = EngineComplaint.away(result.output) { throw LauncherError(.engineAway, sentence) }
        throw LauncherError(.installFailed, "The image \(name) could not be fetched: \(result.lastLine)")
    }

    /// Says what is about to run, and warns where it was made for another processor.
    private func describe(_ name: String, _ facts: JSON) throws(LauncherError) {
        let made = facts["Architecture"]?.stringValue ?? "unknown"
        let version = facts["Config"]?["Labels"]?["io.airbyte.version"]?.stringValue.map { ", version \($0)" } ?? ""
        progress("The connector is the image \(name)\(version) for \(made).")
        if made != Self.architecture {
            progress(
                "This machine is \(Self.architecture) and the image was made for \(made): it is slow or does not start. "
                    + "Look for a version that was made for \(Self.architecture).")
        }
    }

    #if arch(x86_64)
        private static let architecture = "amd64"
    #else
        private static let architecture = "arm64"
    #endif
}
