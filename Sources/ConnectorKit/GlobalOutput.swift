package import Airbyte
package import JSON
import Synchronization

/// The messages of a source whose streams share one position: each of its states is of all streams at once.
package final class GlobalOutput: Sendable {
    private struct Whole {
        var shared: JSON = .null
        var outputs: [StreamOutput] = []
        var states: [StreamState] = []
    }

    private let output: ConnectorOutput
    private let whole = Mutex(Whole())

    package init(_ output: ConnectorOutput) { self.output = output }

    /// What the streams have in common.
    package var shared: JSON {
        get { whole.withLock { $0.shared } }
        set { whole.withLock { $0.shared = newValue } }
    }

    /// The messages of one stream; its states are sent as a part of the whole.
    package func stream(_ descriptor: StreamDescriptor) -> StreamOutput {
        let stream = StreamOutput(descriptor, output, in: self)
        whole.withLock { $0.outputs.append(stream) }
        return stream
    }

    /// Keeps a stream's part for the next state; nil takes it out.
    package func set(_ state: JSON?, of descriptor: StreamDescriptor) {
        whole.withLock { whole in
            let index = whole.states.firstIndex { $0.descriptor == descriptor }
            switch (index, state) {
            case (let index?, let state?): whole.states[index].state = state
            case (let index?, nil): whole.states.remove(at: index)
            case (nil, let state?): whole.states.append(StreamState(descriptor: descriptor, state: state))
            case (nil, nil): break
            }
        }
    }

    /// Sends a state that covers all the records sent before it, of whichever stream.
    package func send() throws {
        try whole.withLock { whole in
            let count = whole.outputs.reduce(0) { $0 + $1.takeCount() }
            try output.message(
                "STATE", "state",
                [
                    "type": "GLOBAL",
                    "global": ["shared_state": whole.shared, "stream_states": .array(whole.states.map(\.json))],
                    "sourceStats": ["recordCount": .number(.init(grammatical: "\(count).0"))],
                ])
        }
    }
}
