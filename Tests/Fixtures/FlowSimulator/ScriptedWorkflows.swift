import Flow

/// Workflows whose bodies follow scripts.
enum ScriptedWorkflows {
    static func all(_ process: SimulatedProcess, knowsNewer: Bool) -> [any Workflow] {
        let player = ScriptPlayer(process: process)
        return [Plain(player: player), Stubborn(player: player)]
            + (knowsNewer ? [Newer(player: player)] as [any Workflow] : [])
    }

    struct Plain: Workflow {
        static let name: WorkflowName = "plain"
        let player: ScriptPlayer
        func run(_ input: Int, in flow: Flow) async throws -> Int { try await player.play(input, flow) }
    }

    struct Stubborn: Workflow {
        static let name: WorkflowName = "stubborn"
        static let retry: Retry = .upTo(3, pausing: .seconds(2))
        let player: ScriptPlayer
        func run(_ input: Int, in flow: Flow) async throws -> Int { try await player.play(input, flow) }
    }

    struct Newer: Workflow {
        static let name: WorkflowName = "newer"
        static let version = 2
        let player: ScriptPlayer
        func run(_ input: Int, in flow: Flow) async throws -> Int { try await player.play(input, flow) }
    }

    struct Unknown: Workflow {
        static let name: WorkflowName = "unknown"
        func run(_ input: Int, in flow: Flow) async throws -> Int { input }
    }
}

/// What a script fails with.
struct Trouble: Error {}
