import JSON
import TestKit
import Testing

/// That a job has failed, and what its first failure says of who and how.
func expectFailure(
    _ job: EndedJob, _ origin: JSON, _ type: JSON, _ sentence: String, stream: JSON? = nil,
    location: SourceLocation = #_sourceLocation
) {
    let failure = job.failures.first
    #expect(job.status == "failed", "\(job.json)", sourceLocation: location)
    #expect(failure?["failureOrigin"] == origin, "\(job.failures)", sourceLocation: location)
    #expect(failure?["failureType"] == type, "\(job.failures)", sourceLocation: location)
    let message = failure?["externalMessage"]?.stringValue ?? ""
    #expect(message.contains(sentence), "\(job.failures)", sourceLocation: location)
    if let stream {
        #expect(failure?["streamDescriptor"]?["name"] == stream, "\(job.failures)", sourceLocation: location)
    }
}

/// That a job has succeeded, with so many records.
func expectSuccess(
    _ job: EndedJob, emitted: Int, committed: Int? = nil, location: SourceLocation = #_sourceLocation
) {
    #expect(job.status == "succeeded", "\(job.json)", sourceLocation: location)
    #expect(job.failures.isEmpty || job.attempts.count > 1, "\(job.failures)", sourceLocation: location)
    #expect(job.count("recordsEmitted") == emitted, "\(job.json)", sourceLocation: location)
    #expect(job.count("recordsCommitted") == committed ?? emitted, "\(job.json)", sourceLocation: location)
}
