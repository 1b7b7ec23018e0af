/// What to start, and how.
package struct ChildRequest: Sendable {
    /// The program's file; no search is made.
    package var executable: String
    /// Without the program's own name, which is put first.
    package var arguments: [String]
    /// Exactly what the child gets.
    package var environment: [String: String]
    /// Where it starts; nil: where this process is.
    package var directory: String?
    /// The child's descriptors 0, 1, 2 and so on; nil stands for /dev/null. No other is inherited.
    package var descriptors: [Descriptor?] = [nil, nil, nil]
    /// SIGKILL when the **thread** that spawned it ends, so spawn it from a thread that lives as long as it should.
    package var diesWithThread = false
    /// Neither it nor its descendants may become another user: what we may not signal we could not end.
    package var noNewPrivileges = false
    /// A number that it and all its descendants carry as a resource limit without effect; 0: as this process.
    package var mark: UInt64 = 0

    package init(
        _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:], directory: String? = nil
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
    }
}
