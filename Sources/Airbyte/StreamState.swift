package import JSON

/// What a source needs to go on where a stream was left; opaque to everybody else.
package struct StreamState: Sendable, Hashable, Codable {
    package var descriptor: StreamDescriptor
    /// Nil forgets the stream's state.
    package var state: JSON?

    package init(descriptor: StreamDescriptor, state: JSON?) {
        self.descriptor = descriptor
        self.state = state
    }

    enum CodingKeys: String, CodingKey {
        case descriptor = "stream_descriptor"
        case state = "stream_state"
    }
}

/// The state of a whole connection, in the one form its source uses.
package enum ConnectionState: Sendable, Hashable {
    case empty
    case stream([StreamState])
    case global(shared: JSON?, [StreamState])
    case legacy(JSON)

    /// What the connector's `--state` file holds: an array of state messages, or the bare object of old sources
    /// (protocol.md 1.13); nil where no file is to be passed.
    package var file: JSON? {
        switch self {
        case .empty: nil
        case .stream(let states) where states.isEmpty: nil
        case .stream(let states):
            .array(states.map { ["type": "STREAM", "stream": $0.json] })
        case .global(let shared, let states):
            [["type": "GLOBAL", "global": ["shared_state": shared ?? .null, "stream_states": .array(states.map(\.json))]]]
        case .legacy(let data): data
        }
    }
}

extension StreamState {
    package var json: JSON {
        var name: JSON = ["name": .string(descriptor.name)]
        if let namespace = descriptor.namespace { name["namespace"] = .string(namespace) }
        return ["stream_descriptor": name, "stream_state": state ?? .null]
    }
}
