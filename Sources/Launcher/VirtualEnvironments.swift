import Glibc
import Posix

/// The virtual environments of a data directory: one for each package, version and Python, made once.
///
/// One is built under a temporary name while a lock is held, written through to the disk, and renamed: what has its
/// real name is whole. A build that fails removes itself; one that is killed is removed by the next.
struct VirtualEnvironments {
    let settings: LaunchSettings
    let tools: ToolRunner
    let progress: (String) -> Void

    /// The environment's directory, made now if it is not there yet. May take minutes, and wait for another builder.
    func directory(for package: PyPIPackage) throws(LauncherError) -> String {
        try make(named: "\(package.name)-\(package.version)", "\(package.name) \(package.version)") {
            directory, deadline throws(LauncherError) in
            try install(package, into: directory, until: deadline)
        }
    }

    /// One that holds pip alone.
    func pipDirectory() throws(LauncherError) -> String {
        try make(named: "pip", "pip") { _, _ throws(LauncherError) in }
    }

    private func make(
        named name: String, _ what: String, fill: (String, BootInstant) throws(LauncherError) -> Void
    ) throws(LauncherError) -> String {
        let python = try Python.find(settings, tools)
        let key = "\(name)-py\(python.version)"
        let path = "\(settings.virtualEnvironments)/\(key)"
        if isWhole(path) { return path }
        do {
            try Directory.create(settings.virtualEnvironments, mode: 0o755)
            let deadline = BootClock.now + settings.pipTimeout
            progress("Waiting for the right to install \(what).")
            let lock = try FileLock.wait(lockPath(key), until: deadline, giveUp: tools.isCancelled)
            guard let lock else {
                if tools.isCancelled() { throw LauncherError(.cancelled, "The attempt was cancelled.") }
                throw LauncherError(.installFailed, "Another process has been installing \(what) for too long.")
            }
            defer { lock.release() }
            if isWhole(path) { return path }
            removeLeftovers(holding: key)
            let temporary = "\(settings.virtualEnvironments)/\(Self.building)\(key)-\(UUID())"
            do {
                try create(temporary, with: python, until: deadline)
                try fill(temporary, deadline)
                try Directory.remove(path)
                try publish(temporary, as: path)
            } catch {
                try? Directory.remove(temporary)
                throw error
            }
            return path
        } catch let error as PosixError {
            throw LauncherError(.installFailed, "\(what) could not be installed. \(error.message)")
        } catch let error as LauncherError {
            throw error
        } catch {
            throw LauncherError(.installFailed, "\(what) could not be installed.")
        }
    }

    private func create(_ directory: String, with python: Python, until deadline: BootInstant) throws(LauncherError) {
        progress("Making a virtual environment with Python \(python.version).")
        let result = try tools.run(
            python.executable, ["-m", "venv", directory], until: deadline, keeping: Self.kept)
        try check(result, "A virtual environment could not be made with \(python.executable)")
    }

    private func install(
        _ package: PyPIPackage, into directory: String, until deadline: BootInstant
    ) throws(LauncherError) {
        progress("Installing \(package.name) \(package.version) with pip.")
        let result = try tools.run(
            "\(directory)/bin/python",
            [
                "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--no-color", "--progress-bar",
                "off",
                "--prefer-binary", "\(package.name)==\(package.version)",
            ], until: deadline, keeping: Self.kept
        ) { progress(String(decoding: $0, as: UTF8.self)) }
        try check(result, "pip could not install \(package.name) \(package.version)")
        guard ConsoleScript.find(package, in: directory) != nil else {
            throw LauncherError(
                .installFailed, "\(package.name) \(package.version) brings no command, so it is no connector.")
        }
    }

    private func check(_ result: ToolRunner.Result, _ sentence: String) throws(LauncherError) {
        if result.timedOut {
            throw LauncherError(.installFailed, "\(sentence) in the time allowed. Its last lines:\n\(result.output)")
        }
        if !result.exit.isSuccess {
            throw LauncherError(.installFailed, "\(sentence): \(result.exit). Its last lines:\n\(result.output)")
        }
    }

    private func publish(_ temporary: String, as path: String) throws(PosixError) {
        try Descriptor.open(temporary, O_RDONLY | O_DIRECTORY).synchronizeFileSystem()
        if rename(temporary, path) != 0 { throw PosixError(errno: errno, "rename \(temporary)") }
    }

    /// A Python that has gone since (a system upgrade) makes an environment useless: it is made anew.
    private func isWhole(_ path: String) -> Bool { Program.isExecutableFile("\(path)/bin/python") }

    /// Removes the builds of dead builders: ours, whose lock we hold, and those whose lock nobody holds.
    private func removeLeftovers(holding key: String) {
        for name in (try? Directory.entries(settings.virtualEnvironments)) ?? [] where name.hasPrefix(Self.building) {
            // What follows the key is a hyphen and a UUID.
            let owner = String(name.dropFirst(Self.building.count).dropLast(37))
            let lock = owner == key ? nil : try? FileLock.take(lockPath(owner))
            if owner == key || lock != nil { try? Directory.remove("\(settings.virtualEnvironments)/\(name)") }
            lock?.release()
        }
    }

    private func lockPath(_ key: String) -> String { "\(settings.virtualEnvironments)/.lock-\(key)" }

    private static let building = ".building-"
    /// How much of pip's last lines an error carries.
    private static let kept = 4096
}
