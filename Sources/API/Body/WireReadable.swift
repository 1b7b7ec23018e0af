package import JSON

/// What a member of a request can be read as.
package protocol WireReadable {
    /// Reads a value that is not null; throws 422, naming `path`, where it is of another kind.
    static func read(_ json: JSON, at path: String) throws -> Self
}

extension Problem {
    static func wrongKind(_ path: String, _ wanted: String) -> Problem {
        .unprocessable("\(path) must be \(wanted).")
    }
}

extension WireReadable where Self: RawRepresentable<String> & CaseIterable {
    /// Words are compared without regard to case, as Airbyte compares them.
    package static func read(_ json: JSON, at path: String) throws -> Self {
        guard let text = json.stringValue else { throw Problem.wrongKind(path, "a string") }
        guard let value = Self(rawValue: text) ?? Self(rawValue: text.lowercased()) else {
            let words = allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem.unprocessable("\(path) must be one of: \(words).")
        }
        return value
    }
}
