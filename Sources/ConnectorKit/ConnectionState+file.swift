package import Airbyte
package import JSON

extension ConnectionState {
    /// Reads what a `--state` file holds: an array of state messages, or the bare object of old sources. An empty
    /// array or object, or null, is no state.
    package init(file json: JSON) throws {
        guard let messages = json.arrayValue else {
            self = json.isNull || json.objectValue?.isEmpty == true ? .empty : .legacy(json)
            return
        }
        var streams: [StreamState] = []
        for message in messages {
            // Some platforms hand over whole STATE messages.
            let state = message["type"]?.stringValue == "STATE" ? message["state"] ?? message : message
            if let global = state["global"], !global.isNull {
                let states = try (global["stream_states"] ?? []).decode([StreamState].self)
                self = .global(shared: global["shared_state"], states)
                return
            }
            if let stream = state["stream"], !stream.isNull {
                streams.append(try stream.decode())
            } else if let data = state["data"], !data.isNull {
                self = .legacy(data)
                return
            }
        }
        self = streams.isEmpty ? .empty : .stream(streams)
    }

    /// The state of one stream; nil where there is none.
    package func state(of stream: StreamDescriptor) -> JSON? {
        let states: [StreamState] =
            switch self {
            case .stream(let states), .global(_, let states): states
            case .empty, .legacy: []
            }
        return states.last { $0.descriptor == stream }?.state.flatMap { $0.isNull ? nil : $0 }
    }
}
