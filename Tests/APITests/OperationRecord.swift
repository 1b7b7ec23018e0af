import Glibc
import Posix
import Testing

/// Which test calls which operation, one pair a line, in the file that SWIFTLET_RECORD_API names;
/// scripts/api_compatibility.py reads it.
enum OperationRecord {
    private static let path = Environment.current["SWIFTLET_RECORD_API"]

    static func add(_ operation: String) {
        guard let path, let test = Test.current else { return }
        // One short write to a file opened for appending is never torn, whoever else writes.
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else { return }
        defer { close(file) }
        let line = Array("\(operation) \(test.sourceLocation.fileName)\n".utf8)
        #expect(write(file, line, line.count) == line.count)
    }
}
