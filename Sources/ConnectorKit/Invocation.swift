/// A connector's command line.
struct Invocation {
    enum Operation: String, CaseIterable {
        case spec, check, discover, read, write
    }

    /// Why a command line cannot be followed.
    struct Misuse: Error {
        let message: String
    }

    let connector: String
    let operation: Operation
    private var paths: [String: String] = [:]

    /// Reads the arguments behind the program's own name: the connector, the operation, then `--flag value` or
    /// `--flag=value`.
    init(_ arguments: [String]) throws(Misuse) {
        guard let name = arguments.first, !name.hasPrefix("-") else { throw Misuse(message: "no connector is named") }
        connector = name
        guard let word = arguments.dropFirst().first else { throw Misuse(message: "no operation is named") }
        guard let operation = Operation(rawValue: word) else {
            throw Misuse(message: "there is no operation \"\(word)\"")
        }
        self.operation = operation
        var rest = arguments.dropFirst(2)
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--") else { throw Misuse(message: "\"\(argument)\" is not expected") }
            let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let flag = String(parts[0])
            guard ["config", "catalog", "state", "resume"].contains(flag) else {
                throw Misuse(message: "there is no option --\(flag)")
            }
            guard let path = parts.count == 2 ? String(parts[1]) : rest.popFirst(), !path.isEmpty else {
                throw Misuse(message: "--\(flag) needs a file")
            }
            paths[flag] = path
        }
        for flag in operation.needs where paths[flag] == nil {
            throw Misuse(message: "\(word) needs --\(flag)")
        }
    }

    func path(_ flag: String) -> String? { paths[flag] }
}

extension Invocation.Operation {
    fileprivate var needs: [String] {
        switch self {
        case .spec: []
        case .check, .discover: ["config"]
        case .read, .write: ["config", "catalog"]
        }
    }
}
