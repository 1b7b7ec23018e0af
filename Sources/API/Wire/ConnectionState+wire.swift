import Airbyte
import JSON
import Model

extension ConnectionState {
    func wire(of connection: ConnectionID) -> JSON {
        var members: JSONObject = ["connectionId": .id(connection)]
        switch self {
        case .empty: members["stateType"] = "not_set"
        case .legacy(let data):
            members["stateType"] = "legacy"
            members["state"] = data
        case .stream(let states):
            members["stateType"] = "stream"
            members["streamState"] = .array(states.map(\.wire))
        case .global(let shared, let states):
            members["stateType"] = "global"
            // Airbyte's description and its Python client disagree about the name.
            members["globalState"] = JSON(present: [
                "shared_state": shared, "sharedState": shared, "streamStates": .array(states.map(\.wire)),
            ])
        }
        return .object(members)
    }
}

extension StreamState {
    fileprivate var wire: JSON { JSON(present: ["streamDescriptor": descriptor.wire, "streamState": state]) }
}
