import Access
package import HTTP
package import JSON

/// The object that a request carries, or one inside it. A member that is null counts as absent, as it does for Airbyte;
/// members that nobody asks for are passed over.
package struct Body: Sendable {
    private let members: JSONObject
    /// Where the object is in the whole body, such as `sourceDefinition.`; stands before names in messages.
    let path: String
    /// Who sent it.
    let caller: Caller
    /// The request's `If-Match` header.
    let ifMatch: String?

    /// An empty body is an empty object.
    package init(_ request: HTTPRequest) throws {
        guard !request.body.isEmpty else {
            self.init(JSONObject(), caller: request.caller, ifMatch: request.headers["If-Match"])
            return
        }
        // Anything else, nothing at all included, a web page may send to a foreign server without being allowed to.
        guard request.mediaType == "application/json" else {
            throw Problem(.unsupportedMediaType, "The body must be sent as Content-Type: application/json.")
        }
        let json: JSON
        do { json = try JSON.parse(request.body) } catch {
            throw Problem.unprocessable("The body is not JSON: \(error).")
        }
        guard case .object(let members) = json else {
            throw Problem.unprocessable("The body must be a JSON object.")
        }
        self.init(members, caller: request.caller, ifMatch: request.headers["If-Match"])
    }

    init(_ members: JSONObject, path: String = "", caller: Caller = .nobody, ifMatch: String? = nil) {
        self.members = members
        self.path = path
        self.caller = caller
        self.ifMatch = ifMatch
    }

    var names: [String] { members.map(\.key) }

    /// The same object with a member set.
    func setting(_ name: String, _ value: JSON) -> Body {
        var members = members
        members[name] = value
        return Body(members, path: path, caller: caller, ifMatch: ifMatch)
    }

    package func has(_ name: String) -> Bool { members[name].map { !$0.isNull } ?? false }

    /// The member; throws 400 where it is missing and 422 where it is of another kind.
    package func required<Value: WireReadable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
        guard let value = try optional(name, as: type) else { throw Problem.missing(path + name) }
        return value
    }

    /// The member, or nil where it is missing; throws 422 where it is of another kind.
    package func optional<Value: WireReadable>(_ name: String, as type: Value.Type = Value.self) throws -> Value? {
        guard let member = members[name], !member.isNull else { return nil }
        return try Value.read(member, at: path + name)
    }
}

extension Body: WireReadable {
    package static func read(_ json: JSON, at path: String) throws -> Body {
        guard case .object(let members) = json else { throw Problem.wrongKind(path, "an object") }
        return Body(members, path: path + ".")
    }
}
