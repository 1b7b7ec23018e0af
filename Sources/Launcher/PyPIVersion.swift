package import Posix

/// The versions of a package on PyPI, or wherever pip is told to look.
package enum PyPIVersion {
    /// The newest one that this machine's Python can run, no pre-release.
    ///
    /// Runs pip, so it takes seconds; the first call on a data directory makes an environment for pip.
    package static func latest(
        of name: String, settings: LaunchSettings, environment: Environment
    ) async throws(LauncherError) -> String {
        try await Thread.value { () throws(LauncherError) in
            try latest(of: name, settings: settings, tools: ToolRunner(environment: environment))
        }
    }

    static func latest(of name: String, settings: LaunchSettings, tools: ToolRunner) throws(LauncherError) -> String {
        try PyPIPackage.check(name: name, settings)
        let environments = VirtualEnvironments(settings: settings, tools: tools) { _ in }
        let python = "\(try environments.pipDirectory())/bin/python"
        let result = try tools.run(
            python,
            ["-m", "pip", "index", "versions", name, "--no-color", "--disable-pip-version-check", "--no-input"],
            until: BootClock.now + .seconds(120))
        guard result.exit.isSuccess else {
            throw LauncherError(
                .notFound, "pip found no version of \(name). Its last lines:\n\(result.output.suffix(4096))")
        }
        // The first line reads `airbyte-source-faker (6.2.38)`; warnings may come before it.
        for line in result.output.split(separator: "\n") where line.hasPrefix("\(name) (") && line.hasSuffix(")") {
            return try PyPIPackage(name: name, version: String(line.dropFirst(name.count + 2).dropLast()), settings)
                .version
        }
        throw LauncherError(.notFound, "pip named no version of \(name).")
    }
}
