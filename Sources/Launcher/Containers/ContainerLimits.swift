package import Airbyte

/// What a connector's container may take; nil: as much as there is.
package struct ContainerLimits: Hashable, Sendable, Codable {
    /// Thousandths of a processor.
    package var cpu: Int64?
    /// Bytes, without any swap.
    package var memory: Int64?
    package var processes: Int?

    package init(cpu: Int64? = nil, memory: Int64? = nil, processes: Int? = nil) {
        self.cpu = cpu
        self.memory = memory
        self.processes = processes
    }

    /// What is asked for first where several say something. Amounts were looked at when they were set.
    package init(_ requirements: [ResourceRequirements]) {
        self.init(
            cpu: requirements.lazy.compactMap { try? $0.cpuLimit }.first,
            memory: requirements.lazy.compactMap { try? $0.memoryLimit }.first,
            processes: requirements.lazy.compactMap(\.processLimit).first)
    }

    /// Each limit of its own, where it has none the other's.
    package func filled(from other: ContainerLimits) -> ContainerLimits {
        ContainerLimits(
            cpu: cpu ?? other.cpu, memory: memory ?? other.memory, processes: processes ?? other.processes)
    }

    /// The engine's options.
    var arguments: [String] {
        var arguments: [String] = []
        if let cpu { arguments += ["--cpus", "\(cpu / 1000).\(String(1000 + cpu % 1000).dropFirst())"] }
        if let memory { arguments += ["--memory", "\(memory)b", "--memory-swap", "\(memory)b"] }
        if let processes { arguments += ["--pids-limit", "\(processes)"] }
        return arguments
    }
}
