package import JSON

/// A STATE message, kept whole, so that members nobody here knows survive the way to the destination and back.
package struct StateMessage: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case stream(StreamDescriptor)
        case global
        case legacy
    }

    /// The value of `state`.
    package private(set) var json: JSON
    package private(set) var kind: Kind

    /// Nil if it lacks what its type must have.
    package init?(json: JSON) {
        guard json.objectValue != nil else { return nil }
        self.json = json
        switch json["type"]?.stringValue {
        case "STREAM":
            guard let stream = json["stream"]?["stream_descriptor"].flatMap(StreamDescriptor.init(json:)) else {
                return nil
            }
            kind = .stream(stream)
        case "GLOBAL":
            guard json["global"]?["stream_states"]?.arrayValue != nil else { return nil }
            kind = .global
        case "LEGACY", nil:
            guard json["data"] != nil else { return nil }
            kind = .legacy
        default: return nil
        }
    }

    /// A STREAM state.
    package init(_ state: StreamState) {
        json = ["type": "STREAM", "stream": state.json]
        kind = .stream(state.descriptor)
    }

    /// The number that the platform gave it and the destination echoes.
    package var id: Int? {
        get { json["id"]?.intValue }
        set { json["id"] = newValue.map { .integer($0) } }
    }

    /// How many records the source says it sent since its last state of that stream.
    package var sourceRecordCount: Double? { json["sourceStats"]?["recordCount"]?.doubleValue }
    package var destinationRecordCount: Double? { json["destinationStats"]?["recordCount"]?.doubleValue }
    package var rejectedRecordCount: Double? { json["destinationStats"]?["rejectedRecordCount"]?.doubleValue }

    /// Numbers that the destination tells beside its counts.
    package var additionalStats: [String: Double] {
        let members = json["destinationStats"]?["additionalStats"]?.objectValue ?? [:]
        return Dictionary(
            members.compactMap { name, value in value.doubleValue.map { (name, $0) } }, uniquingKeysWith: { $1 })
    }

    /// Fills in the source's count unless the source gave one.
    package mutating func fillSourceRecordCount(_ count: Int) {
        if sourceRecordCount == nil { setSourceRecordCount(Double(count)) }
    }

    /// Sets the source's count; whole ones are written with a decimal point (protocol.md 11.2).
    package mutating func setSourceRecordCount(_ count: Double) {
        var stats = json["sourceStats"] ?? [:]
        let text = Int64(exactly: count).map { "\($0).0" }
        stats["recordCount"] = text.map { .number(JSONNumber(grammatical: $0)) } ?? JSON(floatLiteral: count)
        json["sourceStats"] = stats
    }

    /// Gives a STREAM state to another stream; the other kinds are not mapped (protocol.md 2.8).
    package mutating func rename(to descriptor: StreamDescriptor) {
        guard case .stream(let old) = kind, old != descriptor else { return }
        var stream = json["stream"] ?? [:]
        var name = stream["stream_descriptor"] ?? [:]
        name["name"] = .string(descriptor.name)
        name["namespace"] = descriptor.namespace.map { .string($0) }
        stream["stream_descriptor"] = name
        json["stream"] = stream
        kind = .stream(descriptor)
    }

    /// The part that is the source's own, without the platform's and the destination's notes.
    package var payload: JSON {
        switch kind {
        case .stream: json["stream"] ?? .null
        case .global: json["global"] ?? .null
        case .legacy: json["data"] ?? .null
        }
    }

    /// The state in the form that is stored.
    package var connectionState: ConnectionState {
        switch kind {
        case .stream(let descriptor):
            return .stream([StreamState(descriptor: descriptor, state: StreamState.stored(payload["stream_state"]))])
        case .global:
            return .global(
                shared: StreamState.stored(payload["shared_state"]), StreamState.list(payload["stream_states"]))
        case .legacy: return .legacy(payload)
        }
    }

    /// The whole message, as a connector reads it.
    package var message: JSON { ["type": "STATE", "state": json] }
}
