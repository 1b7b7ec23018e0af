import Glibc
import Posix

/// Which containers the attempts of a data directory have started: a file beside the job directory for each, written
/// before the container is made and removed after it. So whoever clears up behind a dead process knows of them.
struct ContainerRecords: Sendable {
    struct Record: Hashable, Sendable {
        let path: String
        /// The program that it was made with.
        let engine: String

        /// The container's name: unique, for the attempt's is.
        var name: String {
            let file = path.split(separator: "/").last.map(String.init) ?? path
            return "swiftlet-" + file.split(separator: ".").joined(separator: "-")
        }
    }

    /// Where the job directories of one worker are.
    let directory: String

    /// Beside a job directory.
    init(besideJob jobDirectory: String) {
        directory = jobDirectory.lastIndex(of: "/").map { String(jobDirectory[..<$0]) } ?? "."
    }

    init(directory: String) { self.directory = directory }

    /// Notes the attempt's nth container.
    func note(attempt: String, number: Int, engine: String) throws(LauncherError) -> Record {
        let record = Record(path: "\(directory)/\(attempt)\(Self.infix)\(number)", engine: engine)
        do throws(PosixError) {
            try SecureFile.write(Array(engine.utf8), to: record.path)
        } catch {
            throw LauncherError(.fileFailed, error)
        }
        return record
    }

    /// Those of the attempts whose names begin like this.
    func of(attemptsNamed prefix: String = "") -> [Record] {
        ((try? Directory.entries(directory)) ?? []).filter { $0.hasPrefix(prefix) && Self.isRecord($0) }.map {
            let path = "\(directory)/\($0)"
            let engine = (try? SecureFile.read(path, limit: 4096)) ?? []
            return Record(path: path, engine: String(decoding: engine, as: UTF8.self))
        }
    }

    /// Kills those that run, all at once, if their engine answers soon.
    static func kill(_ records: [Record], _ tools: ToolRunner) {
        for (engine, records) in Dictionary(grouping: records, by: \.engine) where !engine.isEmpty {
            ContainerEngine(executable: engine, tools: tools).kill(records.map(\.name))
        }
    }

    /// Deletes the containers and forgets them. Throws the first failure, after having tried all.
    static func clear(_ records: [Record], _ tools: ToolRunner) throws(LauncherError) {
        var failure: LauncherError?
        for record in records {
            do throws(LauncherError) {
                // Cut short before it was written whole: then nothing was made yet.
                if !record.engine.isEmpty {
                    try ContainerEngine(executable: record.engine, tools: tools).remove(record.name)
                }
                unlink(record.path)
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }

    static func isRecord(_ file: String) -> Bool { file.contains(infix) }

    /// Neither an owner's name nor an attempt's holds a point.
    private static let infix = ".container."
}
