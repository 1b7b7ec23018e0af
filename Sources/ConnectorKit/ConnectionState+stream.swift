package import Airbyte
package import JSON

extension ConnectionState {
    /// The state of one stream; nil where there is none.
    package func state(of stream: StreamDescriptor) -> JSON? {
        let states: [StreamState] =
            switch self {
            case .stream(let states), .global(_, let states): states
            case .empty, .legacy: []
            }
        guard let state = states.last(where: { $0.descriptor == stream })?.state, !state.isNull else {
            return Optional.none
        }
        return state
    }
}
