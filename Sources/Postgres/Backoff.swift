/// Growing pauses with a random part, so that many callers do not come back at the same moment.
struct Backoff {
    private let limit: Duration
    private var next: Duration

    init(from first: Duration, to limit: Duration) {
        next = first
        self.limit = limit
    }

    /// The pause to make now: between a half and the whole of a span that doubles each time.
    mutating func pause() -> Duration {
        defer { next = min(next * 2, limit) }
        return next * Double.random(in: 0.5...1)
    }
}
