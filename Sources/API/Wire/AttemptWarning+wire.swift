import Airbyte
import JSON

extension AttemptWarning {
    var wire: JSON {
        JSON(present: ["code": .string(code.rawValue), "message": .string(message), "stream": stream?.wire])
    }
}
