import Flow
import Synchronization

/// What the bodies of a test have done, in order.
final class Notes: Sendable {
    private let lines = Mutex<[String]>([])

    func add(_ line: String) { lines.withLock { $0.append(line) } }

    var all: [String] { lines.withLock { $0 } }

    func count(of line: String) -> Int { all.filter { $0 == line }.count }

    /// Waits until a line is there.
    func wait(for line: String) async throws {
        while count(of: line) == 0 { try await Task.sleep(for: .milliseconds(2)) }
    }
}

/// A workflow whose body a test writes where it is used. The name is the type's; tests have a database each.
struct Scripted: Workflow {
    static let name: WorkflowName = "scripted"

    let body: @Sendable (Int, Flow) async throws -> Int

    init(_ body: @escaping @Sendable (Int, Flow) async throws -> Int) { self.body = body }

    func run(_ input: Int, in flow: Flow) async throws -> Int { try await body(input, flow) }
}

/// The same with three tries.
struct Persistent: Workflow {
    static let name: WorkflowName = "persistent"
    static let retry: Retry = .upTo(2, pausing: .milliseconds(10))

    let body: @Sendable (Int, Flow) async throws -> Int

    init(_ body: @escaping @Sendable (Int, Flow) async throws -> Int) { self.body = body }

    func run(_ input: Int, in flow: Flow) async throws -> Int { try await body(input, flow) }
}

/// What a body of a test fails with.
struct Trouble: Error, CustomStringConvertible {
    let description = "trouble"
}

extension RunResult {
    var output: Output? { if case .succeeded(let output) = self { output } else { nil } }
}
