import JSON
import TestKit
import Testing

/// A job that the platform cut short again and again: it succeeded, no attempt but the last one ran to its end, each of
/// the others is put down to the platform, and no counter of retries has moved.
func expectUnharmed(
    _ job: JSON, attempts expected: Int, in store: JobStore, location: SourceLocation = #_sourceLocation
) async throws {
    #expect(job["job"]?["status"] == "succeeded", "\(job)", sourceLocation: location)
    let attempts = job["attempts"]?.arrayValue?.compactMap { $0["attempt"] } ?? []
    #expect(attempts.count == expected, sourceLocation: location)
    #expect(attempts.last?["status"] == "succeeded", sourceLocation: location)
    for attempt in attempts.dropLast() {
        #expect(attempt["status"] == "failed", sourceLocation: location)
        let failure = attempt["failureSummary"]?["failures"]?[0]
        #expect(failure?["failureOrigin"] == "airbyte_platform", "\(attempt)", sourceLocation: location)
        #expect(failure?["externalMessage"]?.stringValue?.isEmpty == false, sourceLocation: location)
    }
    let counters = try await store.retries(of: try #require(job["job"]?["id"]))
    #expect(counters.count >= 4, sourceLocation: location)
    #expect(counters.values.allSatisfy { $0 == 0 }, "\(counters)", sourceLocation: location)
}

/// Each reading began at a committed state, repeated at most one checkpoint of the one before, and found nothing of
/// any earlier one alive.
func expectContinuous(_ source: NumberSource, page: Int, location: SourceLocation = #_sourceLocation) {
    let readings = source.readings
    #expect(readings.first?.from == 0, sourceLocation: location)
    for (before, next) in zip(readings, readings.dropFirst()) {
        #expect(next.from % page == 0, sourceLocation: location)
        #expect(next.from > 0 && next.from <= before.sent, "\(readings)", sourceLocation: location)
        #expect(before.sent - next.from <= page, "\(readings)", sourceLocation: location)
    }
    for reading in readings { #expect(reading.alive == [], "\(readings)", sourceLocation: location) }
}
