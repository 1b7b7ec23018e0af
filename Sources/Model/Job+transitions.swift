extension Job.Status {
    /// What a job of this status may become (protocol.md 3.1, without the queue of Airbyte's cloud). A job that has
    /// ended stays as it is.
    package var successors: Set<Job.Status> {
        switch self {
        case .pending: [.running, .incomplete, .failed, .cancelled]
        case .running: [.incomplete, .succeeded, .failed, .cancelled]
        case .incomplete: [.pending, .running, .incomplete, .succeeded, .failed, .cancelled]
        case .failed, .succeeded, .cancelled: []
        }
    }

    /// The statuses that may become this one.
    package var predecessors: [Job.Status] { Job.Status.allCases.filter { $0.successors.contains(self) } }
}
