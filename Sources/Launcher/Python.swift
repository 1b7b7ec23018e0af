import Posix

/// The Python that virtual environments are made with.
struct Python {
    let executable: String
    /// `3.11`
    let version: String

    /// Looks where the settings say; one that is missing, too old or incomplete is refused in words.
    static func find(_ settings: LaunchSettings, _ tools: ToolRunner) throws(LauncherError) -> Python {
        let searchPath = tools.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        guard let program = Program.find(settings.python, in: searchPath) else {
            throw LauncherError(
                .notFound,
                "Connectors from PyPI need Python 3.10 or later, and there is no \(settings.python) on the PATH. "
                    + "Install python3 and python3-venv, or set SWIFTLET_PYTHON.")
        }
        let question =
            "import sys; print('python', sys.executable, '%d.%d' % sys.version_info[:2]); import venv, ensurepip"
        let answer = try tools.run(program, ["-c", question], until: BootClock.now + .seconds(60))
        for line in answer.output.split(separator: "\n") where line.hasPrefix("python ") {
            guard let space = line.lastIndex(of: " ") else { continue }
            let version = line[line.index(after: space)...]
            let numbers = version.split(separator: ".").compactMap { Int($0) }
            guard numbers.count == 2, numbers[0] == 3, numbers[1] >= 10 else {
                throw LauncherError(
                    .notFound,
                    "Connectors from PyPI need Python 3.10 or later; \(program) is \(version). Set SWIFTLET_PYTHON.")
            }
            guard answer.exit.isSuccess else {
                throw LauncherError(
                    .notFound,
                    "\(program) lacks the module venv or ensurepip. Install python3-venv, or set SWIFTLET_PYTHON."
                )
            }
            return Python(executable: String(line[..<space].dropFirst("python ".count)), version: String(version))
        }
        throw LauncherError(
            .notFound, "\(program) does not run: \(answer.exit). Set SWIFTLET_PYTHON to a working Python.")
    }
}
