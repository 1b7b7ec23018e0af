import Airbyte
import JSON
import Sync

extension CallRecord {
    /// The call as the job that Airbyte makes of it.
    func wire(_ type: String, of id: String?, succeeded: Bool, failure: FailureReason?) -> JSON {
        JSON(present: [
            "id": .string(self.id),
            "configType": .string(type),
            "configId": id.map(JSON.string),
            "createdAt": .seconds(created),
            "endedAt": .seconds(ended),
            "succeeded": .bool(succeeded),
            "connectorConfigurationUpdated": false,
            "logType": "formatted",
            "logs": ["logLines": .strings(logLines)],
            "failureReason": failure?.wire,
        ])
    }
}
