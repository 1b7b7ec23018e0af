internal import JSON
package import SQL

// Steps that do not look at their own try, and steps that return nothing.
extension Flow {
    @discardableResult
    package func step<Value: Codable & Sendable>(
        _ name: StepName, retry: Retry = .never, _ body: () async throws -> Value
    ) async throws -> Value {
        try await step(name, retry: retry) { _ in try await body() }
    }

    package func step(
        _ name: StepName, retry: Retry = .never, _ body: (Step) async throws -> Void
    ) async throws {
        try await step(name, retry: retry) { step in
            try await body(step)
            return JSON.null
        }
    }

    package func step(_ name: StepName, retry: Retry = .never, _ body: () async throws -> Void) async throws {
        try await step(name, retry: retry) { _ in
            try await body()
            return JSON.null
        }
    }

    package func transaction(
        _ name: StepName, _ body: @escaping @Sendable (any Session) throws -> Void
    ) async throws {
        try await transaction(name) { session in
            try body(session)
            return JSON.null
        }
    }
}
