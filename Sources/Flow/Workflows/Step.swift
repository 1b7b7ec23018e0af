internal import JSON
internal import SQL

/// A step under way.
package struct Step: Sendable {
    package let name: StepName
    /// Counts the tries of this step from 1, over crashes and hand-overs.
    package let attempt: Int
    let hold: RunHold

    /// What the step last saved of its progress, in this try or an earlier one; nil where it saved nothing.
    package func progress<Value: Decodable & Sendable>(_ type: Value.Type = Value.self) throws -> Value? {
        try hold.record(of: name).progress.map { try hold.decode($0, for: name) }
    }

    /// Keeps `progress` for the next try. Throws `LeaseLost` where the run is held no more.
    package func save(_ progress: some Encodable & Sendable) async throws {
        let text = try hold.encode(progress, for: name)
        try await hold.saveProgress(text, of: name)
    }
}
