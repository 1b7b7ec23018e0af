import HTTP
import JSON

extension HTTPResponse {
    static func answer(_ json: JSON) -> HTTPResponse { .json(200, json.bytes) }
}
