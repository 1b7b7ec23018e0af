import JSON

/// What an attempt process is started for; the bytes it reads first.
package enum AttemptPlan: Sendable {
    case replicate(ReplicationPlan)
    case command(CommandPlan)
}

extension AttemptPlan {
    package func encoded() throws -> [UInt8] {
        switch self {
        case .replicate(let plan): try (["kind": "replicate", "plan": JSON.encode(plan)] as JSON).bytes
        case .command(let plan): try (["kind": "command", "plan": JSON.encode(plan)] as JSON).bytes
        }
    }

    package init(decoding bytes: [UInt8]) throws {
        let json = try JSON.parse(bytes)
        let plan = json["plan"] ?? .null
        switch json["kind"]?.stringValue {
        case "replicate": self = .replicate(try plan.decode())
        case "command": self = .command(try plan.decode())
        default:
            throw ReplicationError(.unreadablePlan, "The plan of the attempt is of a kind this program does not know.")
        }
    }

    package var secrets: [String] {
        switch self {
        case .replicate(let plan): plan.secrets
        case .command(let plan): plan.secrets
        }
    }
}
