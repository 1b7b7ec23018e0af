import Glibc
import Posix

/// Makes a connector's container and puts its files into it.
struct ContainerLaunch {
    let program: ContainerProgram
    let state: GuardState
    let job: ConnectorJob
    let number: Int

    /// A container that has not been started yet. On an error nothing is left but what its record names.
    func prepare(_ words: [ConnectorWord]) throws(LauncherError) -> RunningContainer {
        let engine = ContainerEngine(executable: program.engine.executable, tools: state.engineTools)
        let records = ContainerRecords(besideJob: state.jobDirectory)
        try clearEarlier(records)
        let folder = "\(state.jobDirectory)/container-\(number)"
        let environmentFile = "\(folder)/environment"
        // What holds secrets is in the container's own volume from then on.
        defer {
            try? Directory.remove("\(folder)/files")
            unlink(environmentFile)
        }
        try fill(folder, environmentFile, words)
        let record = try records.note(attempt: state.mark.attempt, number: number, engine: engine.executable)
        let container = RunningContainer(
            record, engine, job.limits.filled(from: program.settings.limits), directory: folder)
        do throws(LauncherError) {
            try engine.demand(
                program.creation(
                    of: record, mark: state.mark, job: job, environmentFile: environmentFile,
                    words.map { $0.word(in: ContainerProgram.directory) }),
                "Making a container of \(job.image)", within: .seconds(120))
            try engine.demand(
                ["cp", "\(folder)/files/.", "\(record.name):\(ContainerProgram.directory)"],
                "Handing a container of \(job.image) its files")
        } catch {
            container.remove()
            throw error
        }
        return container
    }

    /// What a run's earlier attempts, and workers that are gone, have left running would write beside us.
    private func clearEarlier(_ own: ContainerRecords) throws(LauncherError) {
        guard let jobs = own.directory.lastIndex(of: "/").map({ String(own.directory[..<$0]) }) else { return }
        let run = state.mark.attempt.split(separator: "-").prefix(2).joined(separator: "-") + "-"
        var left: [ContainerRecords.Record] = []
        for owner in (try? Directory.entries(jobs)) ?? [] where OwnerMark.isName(owner) {
            let records = ContainerRecords(directory: "\(jobs)/\(owner)")
            left += records.of(attemptsNamed: run).filter { !$0.path.hasPrefix("\(state.jobDirectory).") }
        }
        try ContainerRecords.clear(left, state.engineTools)
    }

    /// Writes the connector's files, and the one with its environment.
    private func fill(
        _ folder: String, _ environmentFile: String, _ words: [ConnectorWord]
    ) throws(LauncherError) {
        var environment = LaunchEnvironment.container(from: state.environment, job: job)
        environment.merge(program.environment) { $1 }
        do throws(PosixError) {
            try Directory.create("\(folder)/files")
            // For whatever user the image runs as to read: nobody else reaches the folder here, or the volume there.
            for case .file(let name, let bytes) in words {
                try SecureFile.write(bytes, to: "\(folder)/files/\(name)", mode: 0o644)
            }
            for name in LaunchEnvironment.authorityFiles {
                guard let path = state.environment[name], !path.isEmpty else { continue }
                let bytes = try SecureFile.read(path, limit: 16 << 20)
                try SecureFile.write(bytes, to: "\(folder)/files/\(name).pem", mode: 0o644)
                environment[name] = "\(ContainerProgram.directory)/\(name).pem"
            }
            let lines = environment.filter { !$0.value.contains { $0.isNewline } }.map { "\($0.key)=\($0.value)\n" }
            try SecureFile.write(Array(lines.sorted().joined().utf8), to: environmentFile)
        } catch {
            throw LauncherError(.fileFailed, error)
        }
    }
}
