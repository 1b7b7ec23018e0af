/// Which runs a list shows, the newest first.
package struct RunFilter: Sendable, Hashable {
    package var workflow: WorkflowName?
    package var workspace: String?
    /// Empty: all.
    package var states: [RunState]
    /// Only runs before this one: the last of the page before.
    package var before: RunID?
    package var limit: Int

    package init(
        workflow: WorkflowName? = nil, workspace: String? = nil, states: [RunState] = [], before: RunID? = nil,
        limit: Int = 50
    ) {
        self.workflow = workflow
        self.workspace = workspace
        self.states = states
        self.before = before
        self.limit = min(max(1, limit), 1000)
    }
}
