/// The flags of a command line: `--name value`, `--name=value` and bare `--name`.
package struct Options: Sendable {
    private var values: [String: String] = [:]
    private var flags: Set<String> = []

    /// Throws for anything that is neither in `valued` nor in `bare`, and where help is asked for.
    package init(_ arguments: [String], valued: Set<String>, bare: Set<String> = [], usage: String) throws {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if ["--help", "-h"].contains(argument) {
                throw HelpRequest(usage: usage)
            } else if valued.contains(parts[0]) {
                guard let value = parts.count == 2 ? parts[1] : rest.popFirst(), !value.isEmpty else {
                    throw UsageError("\(parts[0]) needs a value.", usage: usage)
                }
                values[parts[0]] = value
            } else if bare.contains(argument) {
                flags.insert(argument)
            } else {
                throw UsageError("\(argument) is not known here.", usage: usage)
            }
        }
    }

    package subscript(name: String) -> String? { values[name] }
    package func has(_ flag: String) -> Bool { flags.contains(flag) }

    /// The number in a range; throws where the text is none.
    package func number(_ name: String, in range: ClosedRange<Int>, usage: String) throws -> Int? {
        guard let text = values[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw UsageError(
                "\(name) takes a whole number from \(range.lowerBound) to \(range.upperBound).", usage: usage)
        }
        return number
    }
}
