/// Looks again and again until it is so; the test's time limit ends a vain wait.
package func eventually(_ condition: () async throws -> Bool) async throws {
    while try await !condition() { try await Task.sleep(for: .milliseconds(10)) }
}
