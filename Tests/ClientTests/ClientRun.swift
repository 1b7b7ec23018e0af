import Glibc
import JSON
import Posix
import TestKit

/// How driving a client came out.
struct ClientRun: Sendable {
    /// nil: it took too long, and was killed.
    let exit: ChildExit?
    let output: String

    /// Drives the client of that name against the installation, to the end.
    static func of(_ name: String, on installation: ClientInstallation) async throws -> ClientRun {
        let path = "\(installation.directory)/client-\(name)"
        var environment = Environment.current.values
        environment.merge(installation.credentials?.environment ?? [:]) { $1 }
        environment["SERVER"] = "http://127.0.0.1:\(installation.api.port)"
        environment["WORK"] = installation.directory
        environment["POSTGRES"] = installation.warehouse.text
        environment["AIRBYTE_DESCRIPTIONS"] = Client.descriptions
        let variables = environment
        return try await Thread.value {
            let output = try Descriptor.open(path, O_WRONLY | O_CREAT | O_APPEND)
            var request = ChildRequest(
                "/usr/bin/env", ["python3", "\(Client.directory)/run.py", name], environment: variables,
                directory: installation.directory)
            request.descriptors = [nil, output, output]
            // This thread waits for it, so it ends with the test's process.
            request.diesWithThread = true
            let child = try Child.spawn(request)
            let exit = child.wait(until: BootClock.now + .seconds(900))
            child.signalGroup(.kill)
            if exit == nil { _ = child.wait() }
            return ClientRun(
                exit: exit, output: String(decoding: try SecureFile.read(path, limit: 64 << 20), as: UTF8.self))
        }
    }

    /// The last of what it wrote.
    var tail: String { output.split(separator: "\n").suffix(80).joined(separator: "\n") }
}
