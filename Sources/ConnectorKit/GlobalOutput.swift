package import Airbyte
package import JSON

/// The messages of a source whose streams share one position: each of its states is of all streams at once.
package final class GlobalOutput {
    private let output: ConnectorOutput
    private var streams: [StreamOutput] = []
    private var states: [StreamState] = []
    /// What the streams have in common.
    package var shared: JSON = .null

    package init(_ output: ConnectorOutput) { self.output = output }

    /// The messages of one stream; its states are sent as a part of the whole.
    package func stream(_ descriptor: StreamDescriptor) -> StreamOutput {
        let stream = StreamOutput(descriptor, output, in: self)
        streams.append(stream)
        return stream
    }

    /// Keeps a stream's part for the next state; nil takes it out.
    package func set(_ state: JSON?, of descriptor: StreamDescriptor) {
        let index = states.firstIndex { $0.descriptor == descriptor }
        switch (index, state) {
        case (let index?, let state?): states[index].state = state
        case (let index?, nil): states.remove(at: index)
        case (nil, let state?): states.append(StreamState(descriptor: descriptor, state: state))
        case (nil, nil): break
        }
    }

    /// Sends a state that covers all the records sent before it, of whichever stream.
    package func send() throws {
        let count = streams.reduce(0) { $0 + $1.takeCount() }
        try output.message(
            "STATE", "state",
            [
                "type": "GLOBAL",
                "global": ["shared_state": shared, "stream_states": .array(states.map(\.json))],
                "sourceStats": ["recordCount": .number(.init(grammatical: "\(count).0"))],
            ])
    }
}
