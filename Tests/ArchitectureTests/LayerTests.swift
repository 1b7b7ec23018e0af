import Posix
import TestKit
import Testing

/// `docs/ARCHITECTURE.md` prints the modules in the order in which they may import one another.
@Suite("Layers", .timeLimit(.minutes(3)))
struct LayerTests {
    @Test func `no module imports one that is printed below it`() throws {
        let order = try printedOrder()
        let rank = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
        var seen = 0
        for (module, file) in try sourceFiles() {
            let own = try #require(rank[module], "\(module) is missing in the tree of docs/ARCHITECTURE.md")
            for imported in try imports(of: file) {
                guard let other = rank[imported] else { continue }
                seen += 1
                #expect(other < own, "\(file) imports \(imported), which is printed below \(module)")
            }
        }
        #expect(seen > 100, "the test found hardly any import, so it looks in the wrong place")
    }

    @Test func `every module of the tree exists`() throws {
        let existing = Set(try sourceFiles().map(\.module))
        for module in try printedOrder() where !module.hasPrefix("C") || existing.contains(module) {
            #expect(existing.contains(module), "docs/ARCHITECTURE.md names \(module), which does not exist")
        }
    }

    @Test func `the drivers are met only by what opens a store and by the connectors that need them`() throws {
        let allowed: Set = [
            "Postgres", "SQLite", "Assembly", "DestinationSQLite", "DestinationPostgres", "SourcePostgres",
            "SourceSQLite",
        ]
        for (module, file) in try sourceFiles() where !allowed.contains(module) {
            let drivers = try imports(of: file).filter { ["Postgres", "SQLite", "CPostgres", "CSQLite"].contains($0) }
            #expect(drivers.isEmpty, "\(file) imports \(drivers)")
        }
    }

    private var root: String {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/")
    }

    /// The first words of the lines of the block under "## The tree"; the last line holds several programs.
    private func printedOrder() throws -> [String] {
        let text = String(decoding: try SecureFile.read(root + "/docs/ARCHITECTURE.md", limit: 1 << 20), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex(of: "## The tree"))
        let block = lines[start...].drop { $0 != "```" }.dropFirst().prefix { $0 != "```" }
        return block.flatMap { line in
            let words = line.split(separator: " ").map(String.init)
            return words.first == "CLI" ? Array(words.prefix(6)) : Array(words.prefix(1))
        }
    }

    private func sourceFiles() throws -> [(module: String, file: String)] {
        var found: [(String, String)] = []
        func walk(_ path: String, _ module: String) throws {
            for name in try Directory.entries(path) {
                let inner = "\(path)/\(name)"
                if Directory.exists(inner) { try walk(inner, module) }
                if name.hasSuffix(".swift") { found.append((module, inner)) }
            }
        }
        for module in try Directory.entries(root + "/Sources") {
            if module == "Connectors" {
                for connector in try Directory.entries(root + "/Sources/Connectors") {
                    try walk(root + "/Sources/Connectors/\(connector)", connector)
                }
            } else {
                try walk(root + "/Sources/\(module)", module)
            }
        }
        return found
    }

    private func imports(of file: String) throws -> [String] {
        let text = String(decoding: try SecureFile.read(file, limit: 1 << 22), as: UTF8.self)
        return text.split(separator: "\n").compactMap { line in
            var words = line.split(separator: " ").map(String.init)
            words.removeAll { ["package", "internal", "private", "public", "@preconcurrency"].contains($0) }
            guard words.count >= 2, words[0] == "import" else { return nil }
            return words[1]
        }
    }
}
