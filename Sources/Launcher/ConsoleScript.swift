import Posix

/// The command that an installed package brings.
enum ConsoleScript {
    /// Its file in the environment; nil where the package brings none.
    static func find(_ package: PyPIPackage, in directory: String) -> String? {
        let expected = "\(directory)/bin/\(package.script)"
        if Program.isExecutableFile(expected) { return expected }
        guard let text = entryPoints(of: package, in: directory) else { return nil }
        // airbyte-cdk, for one, brings a tool of its own beside the connector that runs manifests.
        let names = names(in: text)
        let connectors = names.filter { $0.hasPrefix("source-") || $0.hasPrefix("destination-") }
        return (connectors + names).map { "\(directory)/bin/\($0)" }.first { Program.isExecutableFile($0) }
    }

    /// The names in the section `[console_scripts]`.
    static func names(in entryPoints: String) -> [String] {
        var names: [String] = []
        var isInside = false
        for line in entryPoints.split(separator: "\n") {
            if line.hasPrefix("[") {
                isInside = line.hasPrefix("[console_scripts]")
            } else if isInside, let name = line.split(separator: "=").first {
                let name = name.filter { $0 != " " }
                if !name.contains("/") { names.append(name) }
            }
        }
        return names
    }

    private static func entryPoints(of package: PyPIPackage, in directory: String) -> String? {
        let stem = normalized("\(package.name)-\(package.version)") + ".dist-info"
        for library in (try? Directory.entries("\(directory)/lib")) ?? [] where library.hasPrefix("python3") {
            let packages = "\(directory)/lib/\(library)/site-packages"
            for name in (try? Directory.entries(packages)) ?? [] where name.hasSuffix(".dist-info") {
                guard normalized(name) == stem else { continue }
                if let bytes = try? SecureFile.read("\(packages)/\(name)/entry_points.txt", limit: 1 << 16) {
                    return String(decoding: bytes, as: UTF8.self)
                }
            }
        }
        return nil
    }

    /// A distribution's folder may be written with underscores and capitals.
    private static func normalized(_ name: String) -> String {
        String(name.lowercased().map { $0 == "_" ? "-" : $0 })
    }
}
