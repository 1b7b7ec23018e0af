import Flow
import JSON
import Time

extension RunStatus {
    /// What is unknown or does not apply is left out.
    var wire: JSON {
        var members: JSONObject = [
            "runId": .integer(id.number), "workflow": .string(workflow.text), "queue": .string(queue.text),
            "state": .string(state.rawValue), "priority": .integer(priority.level), "claims": .integer(claims),
            "failures": .integer(failures), "createdAt": .string(createdAt.iso8601),
        ]
        if state == .waiting {
            if let awaits {
                members["waitsFor"] = .string(awaits.text)
            } else {
                members["dueAt"] = .string(dueAt.iso8601)
            }
        }
        members["workspaceId"] = workspace.map { .string($0) }
        members["parentRunId"] = parent.map { .integer($0.number) }
        members["parkedBecause"] = parkedBecause.map { .string($0.rawValue) }
        members["worker"] = worker.map { .string($0.text) }
        members["cancelReason"] = cancelReason.map { .string($0) }
        members["claimedAt"] = claimedAt.map { .string($0.iso8601) }
        members["endedAt"] = endedAt.map { .string($0.iso8601) }
        members["failure"] = failure.map { .string($0.message) }
        return .object(members)
    }
}

extension RunEvent {
    var wire: JSON {
        var members: JSONObject = ["at": .string(at.iso8601), "kind": .string(kind.rawValue)]
        members["worker"] = worker.map { .string($0.text) }
        if detail.objectValue?.isEmpty == false { members["detail"] = detail }
        return .object(members)
    }
}
