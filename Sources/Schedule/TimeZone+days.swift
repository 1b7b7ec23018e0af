package import Time

extension TimeZone {
    /// When the day of an instant began, as the clocks of the place count days.
    package func startOfDay(of instant: Instant) -> Instant {
        let shown = instant.seconds + offset(at: instant)
        return Instant(seconds: self.instant(ofReading: floorDivide(shown, 86_400) * 86_400))
    }
}
