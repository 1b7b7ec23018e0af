internal import CPosix

/// The environment's variables as they were when it was taken.
package struct Environment: Hashable, Sendable {
    package var values: [String: String]

    package init(_ values: [String: String] = [:]) { self.values = values }

    package subscript(name: String) -> String? {
        get { values[name] }
        set { values[name] = newValue }
    }

    /// What this process was started with. Take it once, in `main`.
    package static var current: Environment {
        var values: [String: String] = [:]
        guard var entry = cposix_environment() else { return Environment() }
        while let text = entry.pointee {
            let pair = String(cString: text)
            if let equals = pair.firstIndex(of: "=") {
                values[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
            }
            entry += 1
        }
        return Environment(values)
    }
}
