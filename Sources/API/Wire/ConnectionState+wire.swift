package import Airbyte
package import JSON
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

extension ConnectionState: WireReadable {
    package static func read(_ json: JSON, at path: String) throws -> ConnectionState {
        let body = try Body.read(json, at: path)
        switch try body.required("stateType", as: String.self) {
        case "not_set": return .empty
        case "legacy": return .legacy(try body.required("state"))
        case "stream": return .stream(try streams(body, "streamState"))
        case "global":
            let global: Body = try body.required("globalState")
            let shared: JSON? = try global.optional("shared_state") ?? global.optional("sharedState")
            return .global(shared: shared, try streams(global, "streamStates"))
        default:
            throw Problem.unprocessable("\(path).stateType must be one of stream, global, legacy, not_set.")
        }
    }

    private static func streams(_ body: Body, _ member: String) throws -> [StreamState] {
        let states: [StreamState] = try body.optional(member) ?? []
        guard Set(states.map(\.descriptor)).count == states.count else {
            throw Problem.unprocessable("\(body.path)\(member) names a stream twice.")
        }
        return states
    }
}

extension StreamState: WireReadable {
    package static func read(_ json: JSON, at path: String) throws -> StreamState {
        let body = try Body.read(json, at: path)
        let name: Body = try body.required("streamDescriptor")
        return StreamState(
            descriptor: StreamDescriptor(
                wireName: try name.required("name"), namespace: try name.optional("namespace")),
            state: try body.optional("streamState"))
    }
}
