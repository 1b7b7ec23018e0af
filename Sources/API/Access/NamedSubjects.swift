import HTTP
import JSON

/// The ids that a request names: in its path, its body, or its query.
struct NamedSubjects {
    private let request: HTTPRequest
    private let body: JSON

    init(_ request: HTTPRequest) throws {
        self.request = request
        // Anything but JSON names nothing here; the handler refuses it or reads it by itself.
        body = request.mediaType == "application/json" ? (try? JSON.parse(request.body)) ?? .null : .null
    }

    /// From all places at once: whichever the handler reads, it was looked at. Throws 400 where one is missing that must
    /// be there, 422 where it is no text or number.
    func ids(of subject: Subject) throws -> [String] {
        let member = subject.member.split(separator: ".").reduce(Optional(body)) { $0?[String($1)] } ?? .null
        var ids = request.parameters[subject.member].map { [$0] } ?? []
        if !member.isNull { ids += try self.ids(in: member, of: subject) }
        ids += request.query.all(subject.member).flatMap { $0.split(separator: ",").map(String.init) }
        guard !ids.isEmpty || subject.isOptional else { throw Problem.missing(subject.member) }
        return ids
    }

    private func ids(in member: JSON, of subject: Subject) throws -> [String] {
        try (member.arrayValue ?? [member]).map { id in
            guard let text = id.stringValue ?? id.intValue.map(String.init) else {
                throw Problem.wrongKind(subject.member, "an id")
            }
            return text
        }
    }
}
