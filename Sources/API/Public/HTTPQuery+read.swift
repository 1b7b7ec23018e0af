import HTTP
import JSON
import Model

extension HTTPQuery {
    /// The parameter, read like a member of a body; nil where it is missing or empty. A wrong one is 400.
    func read<Value: WireReadable>(_ name: String) throws -> Value? {
        guard let text = self[name], !text.isEmpty else { return nil }
        do { return try Value.read(.string(text), at: name) } catch let problem as Problem {
            throw Problem.badRequest(problem.message)
        }
    }

    func whole(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = self[name], !text.isEmpty else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw Problem.badRequest("\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return value
    }

    /// False where it is missing.
    func flag(_ name: String) throws -> Bool {
        switch self[name]?.lowercased() ?? "" {
        case "", "false": return false
        case "true": return true
        default: throw Problem.badRequest("\(name) must be true or false.")
        }
    }

    /// The ids in a parameter, one each or separated by commas; empty where there are none.
    func ids<Of>(_ name: String, of type: ID<Of>.Type = ID<Of>.self) throws -> [ID<Of>] {
        try all(name).flatMap { $0.split(separator: ",") }.map { text in
            guard let id = ID<Of>(String(text)) else {
                throw Problem.badRequest("\(name) must be UUIDs, one each or separated by commas.")
            }
            return id
        }
    }
}

extension HTTPRequest {
    /// The id in the path.
    func pathID<Of>(_ parameter: String, _ type: ID<Of>.Type = ID<Of>.self) throws -> ID<Of> {
        guard let id = parameters[parameter].flatMap({ ID<Of>($0) }) else {
            throw Problem.badRequest("\(parameter) must be a UUID.")
        }
        return id
    }
}
