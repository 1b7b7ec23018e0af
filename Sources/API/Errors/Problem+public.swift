import JSON
import Posix

extension Problem {
    /// The public API's shape of an error.
    func publicBody(id errorID: UUID) -> JSON {
        var data: JSONObject = ["message": .string(message), "errorId": .string(errorID.description)]
        if let resource {
            data["resourceType"] = .string(resource.kind)
            data["resourceId"] = .string(resource.id)
        }
        data["value"] = value.map { .string(String($0.prefix(200))) }
        return [
            "status": .integer(status),
            "type": .string(code.type),
            "title": .string(code.title),
            "detail": .string(message),
            "data": .object(data),
        ]
    }
}

extension Problem.Code {
    /// Airbyte's address of the problem, which some clients compare.
    var type: String {
        self == .notImplemented
            ? "error:implementation/\(title)" : "https://reference.airbyte.com/reference/errors#\(title)"
    }
}
