package import JSON

extension ConnectionState {
    /// Reads what `file` wrote; nil and an empty array are `empty`.
    package init(file: JSON?) {
        guard let file, !file.isNull else {
            self = .empty
            return
        }
        guard case .array(let messages) = file else {
            self = .legacy(file)
            return
        }
        let states = messages.compactMap(StateMessage.init(json:))
        if let global = states.first(where: { $0.kind == .global }) {
            self = global.connectionState
        } else if let legacy = states.first(where: { $0.kind == .legacy }) {
            self = legacy.connectionState
        } else {
            let streams = states.compactMap { state -> StreamState? in
                guard case .stream(let list) = state.connectionState else { return nil }
                return list.first
            }
            self = streams.isEmpty ? .empty : .stream(streams)
        }
    }

    /// This state with a newer one laid over it: a STREAM state replaces its own stream only, the others everything.
    package func merging(_ newer: ConnectionState) -> ConnectionState {
        guard case .stream(let changes) = newer, case .stream(var states) = self else {
            return newer == .empty ? self : newer
        }
        for change in changes {
            if let index = states.firstIndex(where: { $0.descriptor == change.descriptor }) {
                states[index] = change
            } else {
                states.append(change)
            }
        }
        return .stream(states)
    }
}

extension ConnectionState: Codable {
    package init(from decoder: any Decoder) throws { self.init(file: try JSON(from: decoder)) }

    package func encode(to encoder: any Encoder) throws { try (file ?? []).encode(to: encoder) }
}

extension StreamState {
    static func list(_ json: JSON?) -> [StreamState] {
        (json?.arrayValue ?? []).compactMap { state in
            state["stream_descriptor"].flatMap(StreamDescriptor.init(json:)).map {
                StreamState(descriptor: $0, state: stored(state["stream_state"]))
            }
        }
    }

    /// A null state is no state.
    static func stored(_ json: JSON?) -> JSON? { json?.isNull == true ? nil : json }
}
