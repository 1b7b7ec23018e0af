import Posix

/// All that it takes to start an attempt's process.
struct AttemptOrder: Sendable {
    let program: String
    let arguments: [String]
    let plan: [UInt8]
    let mark: OwnerMark
    let jobDirectory: String
    let deadline: BootInstant
    let environment: [String: String]
    let patience: AttemptPatience
    let report: @Sendable (String) -> Void

    static let jobDirectoryVariable = "SWIFTLET_JOB_DIRECTORY"
    static let deadlineVariable = "SWIFTLET_ATTEMPT_DEADLINE"

    /// The process's 3 and 4.
    static let controlDescriptor: Int32 = 3
    static let eventDescriptor: Int32 = 4

    func request(errors: Descriptor, control: Descriptor, events: Descriptor) -> ChildRequest {
        var request = ChildRequest(program, arguments, environment: environment)
        request.environment.merge(mark.variables) { $1 }
        request.environment[Self.jobDirectoryVariable] = jobDirectory
        request.environment[Self.deadlineVariable] = String(deadline.nanoseconds)
        request.descriptors = [nil, nil, errors, control, events]
        request.mark = mark.number
        // Not `diesWithThread`: it must outlive a dead worker long enough to kill what its connectors left behind.
        return request
    }
}
