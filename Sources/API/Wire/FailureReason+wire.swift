import Airbyte
import JSON

extension FailureReason {
    var wire: JSON {
        JSON(present: [
            "failureOrigin": .string(origin.rawValue),
            "failureType": .string(kind.rawValue),
            "externalMessage": .string(externalMessage),
            "internalMessage": internalMessage.map(JSON.string),
            "stacktrace": stacktrace.map(JSON.string),
            "streamDescriptor": stream?.wire,
            "timestamp": .integer(timestamp),
        ])
    }
}
