package import JSON

/// What a connector tells the platform beside its data.
package enum TraceMessage: Sendable, Hashable {
    case error(TraceError)
    case estimate(TraceEstimate)
    case streamStatus(StreamStatusTrace)
    case analytics(type: String, value: String?)

    init?(json: JSON) {
        let emittedAt = json["emitted_at"]?.doubleValue.flatMap { Int64(exactly: $0.rounded(.down)) } ?? 0
        switch json["type"]?.stringValue {
        case "ERROR":
            guard let error = json["error"], let message = error["message"]?.stringValue else { return nil }
            self = .error(
                TraceError(
                    message: message, internalMessage: error["internal_message"]?.stringValue,
                    stackTrace: error["stack_trace"]?.stringValue,
                    kind: FailureReason.Kind(trace: error["failure_type"]?.stringValue),
                    stream: error["stream_descriptor"].flatMap(StreamDescriptor.init(json:)), emittedAt: emittedAt))
        case "ESTIMATE":
            guard let estimate = json["estimate"], let name = estimate["name"]?.stringValue,
                let scope = estimate["type"]?.stringValue.flatMap(TraceEstimate.Scope.init(rawValue:))
            else { return nil }
            self = .estimate(
                TraceEstimate(
                    scope: scope,
                    stream: StreamDescriptor(name: name, namespace: estimate["namespace"]?.stringValue),
                    rows: estimate["row_estimate"]?.intValue, bytes: estimate["byte_estimate"]?.intValue))
        case "STREAM_STATUS":
            guard let status = json["stream_status"],
                let stream = status["stream_descriptor"].flatMap(StreamDescriptor.init(json:)),
                let phase = status["status"]?.stringValue.flatMap(StreamStatusTrace.Phase.init(rawValue:))
            else { return nil }
            let reasons = status["reasons"]?.arrayValue ?? []
            let limit = reasons.first { $0["type"] == "RATE_LIMITED" }
            self = .streamStatus(
                StreamStatusTrace(
                    stream: stream, phase: phase, isRateLimited: reasons.count == 1 && limit != nil,
                    quotaReset: limit?["rate_limited"]?["quota_reset"]?.intValue.map(Int64.init)))
        case "ANALYTICS":
            guard let type = json["analytics"]?["type"]?.stringValue else { return nil }
            self = .analytics(type: type, value: json["analytics"]?["value"]?.stringValue)
        default: return nil
        }
    }
}

/// An error that a connector names itself.
package struct TraceError: Sendable, Hashable {
    package var message: String
    package var internalMessage: String?
    package var stackTrace: String?
    /// `system_error` where the connector names none.
    package var kind: FailureReason.Kind
    package var stream: StreamDescriptor?
    /// Milliseconds since the epoch.
    package var emittedAt: Int64
}

/// How much a source expects to read.
package struct TraceEstimate: Sendable, Hashable {
    package enum Scope: String, Sendable {
        case stream = "STREAM"
        case sync = "SYNC"
    }

    package var scope: Scope
    package var stream: StreamDescriptor
    package var rows: Int?
    package var bytes: Int?
}

/// How far a source is with a stream.
package struct StreamStatusTrace: Sendable, Hashable {
    package enum Phase: String, Sendable, Codable {
        case started = "STARTED"
        case running = "RUNNING"
        case complete = "COMPLETE"
        case incomplete = "INCOMPLETE"
    }

    package var stream: StreamDescriptor
    package var phase: Phase
    package var isRateLimited: Bool
    /// Milliseconds since the epoch.
    package var quotaReset: Int64?

    package init(stream: StreamDescriptor, phase: Phase, isRateLimited: Bool = false, quotaReset: Int64? = nil) {
        self.stream = stream
        self.phase = phase
        self.isRateLimited = isRateLimited
        self.quotaReset = quotaReset
    }

    /// The whole message, as a destination is told.
    package func message(emittedAt: Int64) -> JSON {
        [
            "type": "TRACE",
            "trace": [
                "type": "STREAM_STATUS", "emitted_at": .integer(emittedAt),
                "stream_status": ["stream_descriptor": stream.json, "status": .string(phase.rawValue)],
            ],
        ]
    }
}

extension FailureReason.Kind {
    /// What a connector may call its own failure; anything else is a system error.
    fileprivate init(trace name: String?) {
        switch name {
        case "config_error": self = .config
        case "transient_error": self = .transient
        default: self = .system
        }
    }
}
