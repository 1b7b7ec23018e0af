package import JSON
package import Model
package import Posix
package import Time

extension String: WireReadable {
    /// Refuses NUL, which Postgres cannot hold.
    package static func read(_ json: JSON, at path: String) throws -> String {
        guard let text = json.stringValue else { throw Problem.wrongKind(path, "a string") }
        guard !text.utf8.contains(0) else { throw Problem.wrongKind(path, "a string without NUL characters") }
        return text
    }
}

extension Bool: WireReadable {
    package static func read(_ json: JSON, at path: String) throws -> Bool {
        guard let value = json.boolValue else { throw Problem.wrongKind(path, "true or false") }
        return value
    }
}

extension Int: WireReadable {
    package static func read(_ json: JSON, at path: String) throws -> Int {
        guard let value = json.intValue else { throw Problem.wrongKind(path, "a whole number") }
        return value
    }
}

extension Int64: WireReadable {
    package static func read(_ json: JSON, at path: String) throws -> Int64 { Int64(try Int.read(json, at: path)) }
}

extension UUID: WireReadable {
    package static func read(_ json: JSON, at path: String) throws -> UUID {
        guard let value = json.stringValue.flatMap({ UUID($0) }) else { throw Problem.wrongKind(path, "a UUID") }
        return value
    }
}

extension ID: WireReadable {
    package static func read(_ json: JSON, at path: String) throws -> ID { ID(try UUID.read(json, at: path)) }
}

extension Instant: WireReadable {
    package static func read(_ json: JSON, at path: String) throws -> Instant {
        guard let value = json.stringValue.flatMap({ Instant(iso8601: $0) }) else {
            throw Problem.wrongKind(path, "a time such as 2026-01-31T09:30:00Z")
        }
        return value
    }
}

extension JSON: WireReadable {
    package static func read(_ json: JSON, at path: String) throws -> JSON { json }
}

extension JSONObject: WireReadable {
    package static func read(_ json: JSON, at path: String) throws -> JSONObject {
        guard case .object(let members) = json else { throw Problem.wrongKind(path, "an object") }
        return members
    }
}

extension Array: WireReadable where Element: WireReadable {
    package static func read(_ json: JSON, at path: String) throws -> [Element] {
        guard let elements = json.arrayValue else { throw Problem.wrongKind(path, "a list") }
        return try elements.enumerated().map { try Element.read($1, at: "\(path)[\($0)]") }
    }
}
