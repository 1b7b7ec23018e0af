import Crypto
import SQL

extension Migration {
    /// The statements one by one; each ends with a `;` at the end of a line.
    func statements(for dialect: Dialect) -> [String] {
        var statements: [String] = []
        var lines: [Substring] = []
        for line in sql(dialect).split(separator: "\n", omittingEmptySubsequences: false) {
            let text = line.trimmingSuffix { $0.isWhitespace }
            guard text.last == ";" else {
                lines.append(line)
                continue
            }
            lines.append(text.dropLast())
            statements.append(lines.joined(separator: "\n"))
            lines = []
        }
        statements.append(lines.joined(separator: "\n"))
        return statements.filter { statement in
            // Comments alone are no statement.
            statement.split(separator: "\n").contains { line in
                let text = line.drop { $0.isWhitespace }
                return !text.isEmpty && !text.hasPrefix("--")
            }
        }
    }

    /// The digest of the dialect's text, which shows when a released migration was changed.
    func checksum(for dialect: Dialect) -> String { SHA256(of: sql(dialect)).description }
}

extension Substring {
    fileprivate func trimmingSuffix(while matches: (Character) -> Bool) -> Substring {
        guard let last = lastIndex(where: { !matches($0) }) else { return "" }
        return self[...last]
    }
}
