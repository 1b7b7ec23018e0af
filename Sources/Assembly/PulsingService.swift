import Log
import Service

/// A recurring service that gives a sign of life after each round that went well.
struct PulsingService<Inner: RecurringService>: RecurringService {
    let inner: Inner
    let pulse: Pulse

    var period: Duration { inner.period }
    var log: Log { inner.log }
    var wakeUps: AsyncStream<Void> { inner.wakeUps }

    func round() async throws -> Duration {
        let pause = try await inner.round()
        pulse.beat(for: max(.seconds(30), period * 3))
        return pause
    }
}

extension RecurringService {
    /// With signs of life where somebody asks for them.
    func pulsing(_ pulse: Pulse?) -> any Service {
        guard let pulse else { return self }
        return PulsingService(inner: self, pulse: pulse)
    }
}
