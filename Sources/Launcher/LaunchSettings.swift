import Glibc
package import Posix

/// Where connectors are found and what they may be.
package struct LaunchSettings: Sendable {
    /// `SWIFTLET_DATA`: job directories are made in it.
    package var dataDirectory: String
    /// `SWIFTLET_VENVS`: where the virtual environments of PyPI connectors are, which several installations of a machine
    /// may share; `venvs` in the data directory where it is not set.
    package var virtualEnvironments: String
    /// `SWIFTLET_CONNECTOR_PATH`: directories of `exec:` connectors, colon separated; empty: there are none.
    package var connectorPath: [String]
    /// The program of the native connectors: `swiftlet-connector` beside the running program.
    package var nativeConnectorExecutable: String
    /// `SWIFTLET_PYTHON`: a name on the PATH or a path; `python3` where it is not set.
    package var python: String
    /// `SWIFTLET_PYPI_ALLOWED`: package names allowed beyond `airbyte-source-*` and `airbyte-destination-*`, comma
    /// separated.
    package var allowedPackages: Set<String>
    /// `SWIFTLET_PIP_TIMEOUT_SECONDS`: how long an installation may take; 20 minutes where it is not set.
    package var pipTimeout: Duration
    /// How container images are run; a failure where a setting makes no sense.
    package var containers: Result<ContainerSettings, LauncherError>

    package init(dataDirectory: String, environment: Environment) {
        self.dataDirectory = Self.absolute(dataDirectory)
        virtualEnvironments = Self.absolute(
            environment["SWIFTLET_VENVS"].flatMap { $0.isEmpty ? nil : $0 } ?? "\(dataDirectory)/venvs")
        connectorPath = (environment["SWIFTLET_CONNECTOR_PATH"] ?? "").split(separator: ":").map {
            Self.absolute(String($0))
        }
        nativeConnectorExecutable = "\(Program.directory)/swiftlet-connector"
        python = environment["SWIFTLET_PYTHON"].flatMap { $0.isEmpty ? nil : $0 } ?? "python3"
        allowedPackages = Set((environment["SWIFTLET_PYPI_ALLOWED"] ?? "").split(separator: ",").map { $0.trimmed })
        let seconds = environment["SWIFTLET_PIP_TIMEOUT_SECONDS"].flatMap { Int64($0) } ?? 1200
        pipTimeout = .seconds(max(1, seconds))
        do throws(LauncherError) {
            containers = .success(try ContainerSettings(environment: environment))
        } catch {
            containers = .failure(error)
        }
    }

    /// Connectors start in another directory, where a relative path would mean another file.
    private static func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        guard let here = getcwd(nil, 0) else { return path }
        defer { free(here) }
        return "\(String(cString: here))/\(path)"
    }
}

extension Substring {
    fileprivate var trimmed: String {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
