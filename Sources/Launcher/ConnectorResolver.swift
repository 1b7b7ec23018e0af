import Posix

/// Turns a definition's image name into the program or container to run.
package struct ConnectorResolver {
    let settings: LaunchSettings
    let tools: ToolRunner
    let progress: (String) -> Void

    package init(settings: LaunchSettings, tools: ToolRunner, progress: @escaping (String) -> Void = { _ in }) {
        self.settings = settings
        self.tools = tools
        self.progress = progress
    }

    /// Blocks, for minutes when a package or an image must be fetched; the order is the contract's.
    package func resolve(_ image: ConnectorImage) throws(LauncherError) -> ConnectorProgram {
        if image.repository.hasPrefix("swiftlet/") { return .command(try native(image)) }
        if image.repository.hasPrefix("pypi:") { return .command(try package(image)) }
        if image.repository.hasPrefix("exec:") { return .command(try executable(image)) }
        if image.repository.hasPrefix("manifest:") {
            throw LauncherError(.unsupported, "Low-code manifests (\(image.repository)) cannot be run yet.")
        }
        let containers = try settings.containers.get()
        let images = ContainerImages(
            engine: try ContainerEngine.find(containers, tools), settings: containers,
            uses: ImageUses(dataDirectory: settings.dataDirectory), progress: progress)
        return .container(try images.program(for: image))
    }

    private func native(_ image: ConnectorImage) throws(LauncherError) -> ConnectorCommand {
        let name = String(image.repository.dropFirst("swiftlet/".count))
        guard !name.isEmpty, !name.hasPrefix("-"),
            name.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 45 })
        else {
            throw LauncherError(
                .notAllowed, "“\(name)” cannot be a native connector: small letters, digits and hyphens.")
        }
        guard Program.isExecutableFile(settings.nativeConnectorExecutable) else {
            throw LauncherError(
                .notFound, "The program of the native connectors is missing: \(settings.nativeConnectorExecutable).")
        }
        return ConnectorCommand(executable: settings.nativeConnectorExecutable, arguments: [name])
    }

    private func package(_ image: ConnectorImage) throws(LauncherError) -> ConnectorCommand {
        let package: PyPIPackage
        if image.tag == "latest" {
            // A definition names a version; this is for one that was written by hand.
            let name = String(image.repository.dropFirst("pypi:".count))
            let version = try PyPIVersion.latest(of: name, settings: settings, tools: tools)
            package = try PyPIPackage(name: name, version: version, settings)
        } else {
            package = try PyPIPackage(image, settings)
        }
        let environments = VirtualEnvironments(settings: settings, tools: tools, progress: progress)
        let directory = try environments.directory(for: package)
        guard let script = ConsoleScript.find(package, in: directory) else {
            throw LauncherError(.notFound, "\(directory) has lost the command of \(package.name); remove it.")
        }
        // Through python, since the script's first line names the directory it was built in.
        return ConnectorCommand(executable: "\(directory)/bin/python", arguments: [script])
    }

    private func executable(_ image: ConnectorImage) throws(LauncherError) -> ConnectorCommand {
        let name = String(image.repository.dropFirst("exec:".count))
        guard !settings.connectorPath.isEmpty else {
            throw LauncherError(
                .notAllowed, "Connectors of the kind exec: are off. Set SWIFTLET_CONNECTOR_PATH to where they are.")
        }
        guard !name.isEmpty, name != ".", name != "..", !name.utf8.contains(where: { $0 == 47 || $0 == 0 }) else {
            throw LauncherError(.notAllowed, "“\(name)” cannot be a connector: a file name without a slash is needed.")
        }
        for directory in settings.connectorPath where Program.isExecutableFile("\(directory)/\(name)") {
            return ConnectorCommand(executable: "\(directory)/\(name)")
        }
        throw LauncherError(
            .notFound, "There is no executable file \(name) in \(settings.connectorPath.joined(separator: ":")).")
    }
}
