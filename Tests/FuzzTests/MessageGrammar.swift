import JSON
import TestKit

/// Writes messages of the protocol, mostly as they should be, in random order and spacing.
struct MessageGrammar {
    var random: SeededRandom

    private static let streams = ["users", "orders", "naïve \"quoted\"", ""]
    private static let words = [
        "", "a", "{", "}}", "\"", "\\", "\\u0000", "\u{1}", "ü€😀", "null", "1e999", "\",\"data\":{", "Loading…",
    ]

    mutating func line() -> [UInt8] {
        var out: [UInt8] = []
        write(message(), into: &out)
        if chance(20) { out.append(13) }
        return out
    }

    mutating func message() -> JSON {
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<8: return envelope("RECORD", "record", record())
        case 8..<13: return envelope("STATE", "state", state())
        case 13: return envelope("LOG", "log", ["level": pick(["INFO", "FATAL", "LOUD"]), "message": word()])
        case 14: return envelope("TRACE", "trace", error())
        case 15, 16: return envelope("TRACE", "trace", status())
        case 17: return envelope("TRACE", "trace", estimate())
        case 18: return envelope("CONTROL", "control", control())
        default:
            return envelope(pick(["SPEC", "CATALOG", "CONNECTION_STATUS", "NEWS"]).stringValue ?? "", "x", value(0))
        }
    }

    private mutating func envelope(_ type: String, _ key: String, _ payload: JSON) -> JSON {
        var members: [(String, JSON)] = [("type", chance(60) ? value(2) : .string(type)), (key, payload)]
        if chance(15) { members.append((word().stringValue ?? "", value(1))) }
        if chance(30) { members.append(("type", .string(type))) }
        return object(members)
    }

    private mutating func record() -> JSON {
        var members: [(String, JSON)] = [("stream", stream()), ("data", data()), ("emitted_at", number())]
        if chance(4) { members.append(("namespace", chance(2) ? .null : word())) }
        if chance(6) {
            members.append(("meta", ["changes": [["field": word(), "change": "NULLED", "reason": word()]]]))
        }
        if chance(12) { members.append(("file_reference", ["file_size_bytes": number(), "staging_file_url": word()])) }
        if chance(12) { members.removeLast() }
        return object(members)
    }

    private mutating func data() -> JSON {
        if chance(15) { return value(0) }
        return object(
            (0...Int.random(in: 0...4, using: &random)).map { index in ("f\(index)", value(1)) })
    }

    private mutating func state() -> JSON {
        var members: [(String, JSON)] = []
        switch Int.random(in: 0..<12, using: &random) {
        case 0: members = [("type", "GLOBAL"), ("global", global())]
        case 1: members = [("data", value(0))]
        default: members = [("type", "STREAM"), ("stream", streamState())]
        }
        if chance(3) { members.append(("sourceStats", ["recordCount": number()])) }
        if chance(4) {
            members.append(
                ("destinationStats", ["recordCount": number(), "rejectedRecordCount": number()]))
        }
        if chance(3) { members.append(("id", number())) }
        if chance(10) { members.append((word().stringValue ?? "", value(1))) }
        return object(members)
    }

    private mutating func streamState() -> JSON {
        var descriptor: JSON = ["name": stream()]
        if chance(4) { descriptor["namespace"] = chance(2) ? .null : word() }
        return object([("stream_descriptor", descriptor), ("stream_state", value(0))])
    }

    private mutating func global() -> JSON {
        [
            "shared_state": value(1),
            "stream_states": .array((0..<Int.random(in: 0...3, using: &random)).map { _ in streamState() }),
        ]
    }

    private mutating func error() -> JSON {
        [
            "type": "ERROR", "emitted_at": number(),
            "error": [
                "message": word(), "internal_message": word(), "stack_trace": word(),
                "failure_type": pick(["config_error", "system_error", "transient_error", "nonsense"]),
                "stream_descriptor": ["name": stream()],
            ],
        ]
    }

    private mutating func status() -> JSON {
        [
            "type": "STREAM_STATUS", "emitted_at": number(),
            "stream_status": [
                "stream_descriptor": ["name": stream()],
                "status": pick(["STARTED", "RUNNING", "COMPLETE", "INCOMPLETE", "LATE"]),
                "reasons": [["type": "RATE_LIMITED", "rate_limited": ["quota_reset": number()]]],
            ],
        ]
    }

    private mutating func estimate() -> JSON {
        [
            "type": "ESTIMATE", "emitted_at": number(),
            "estimate": [
                "name": stream(), "type": pick(["STREAM", "SYNC"]), "row_estimate": number(), "byte_estimate": number(),
            ],
        ]
    }

    private mutating func control() -> JSON {
        ["type": "CONNECTOR_CONFIG", "emitted_at": number(), "connectorConfig": ["config": value(0)]]
    }

    private mutating func value(_ depth: Int) -> JSON {
        switch Int.random(in: 0..<(depth > 3 ? 6 : 10), using: &random) {
        case 0: .null
        case 1: .bool(.random(using: &random))
        case 2, 3: number()
        case 4, 5: word()
        case 6: .array((0..<Int.random(in: 0...4, using: &random)).map { _ in value(depth + 1) })
        default: object((0..<Int.random(in: 0...4, using: &random)).map { ("k\($0)", value(depth + 1)) })
        }
    }

    private mutating func number() -> JSON {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: .integer(Int.max)
        case 1: .integer(Int.min)
        case 2: .number(JSONNumber(grammatical: "1e308"))
        case 3: .number(JSONNumber(grammatical: "-0.0"))
        case 4: .number(JSONNumber(grammatical: "123456789012345678901234567890"))
        default: .integer(Int.random(in: -3...2000, using: &random))
        }
    }

    private mutating func stream() -> JSON { chance(12) ? word() : pick(Self.streams.prefix(3)) }
    private mutating func word() -> JSON {
        .string((0..<Int.random(in: 0...3, using: &random)).map { _ in pick(Self.words).stringValue ?? "" }.joined())
    }

    private mutating func pick(_ texts: some Collection<String>) -> JSON {
        .string(texts.randomElement(using: &random) ?? "")
    }

    private mutating func object(_ members: [(String, JSON)]) -> JSON {
        .object(JSONObject(chance(3) ? members.shuffled(using: &random) : members))
    }

    /// Once in `n` times.
    private mutating func chance(_ n: Int) -> Bool { Int.random(in: 0..<n, using: &random) == 0 }

    private mutating func write(_ json: JSON, into out: inout [UInt8]) {
        guard chance(4) else { return json.write(into: &out) }
        // With white space between the tokens.
        var isInString = false
        var isEscaped = false
        for byte in json.bytes {
            out.append(byte)
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString.toggle()
            }
            if !isInString, !isEscaped, [UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "{")].contains(byte),
                chance(3)
            {
                out.append(chance(2) ? 32 : 9)
            }
        }
    }
}
