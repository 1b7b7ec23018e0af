import Posix

/// A machine with its own clocks.
final class Machine {
    let name: String
    /// How far its wall clock is off.
    let skew: Int64
    /// How much later than asked its timers go off, at most, in seconds.
    var lateness = 0.0
    var isSuspended = false
    var isPartitioned = false
    /// How many millionths of a microsecond its boot clock gains in a microsecond.
    private(set) var rate = 0.0
    private var lastBoot: Double
    private var lastTime: Int64 = 0

    init(name: String, skew: Int64, boot: Int64) {
        self.name = name
        self.skew = skew
        lastBoot = Double(boot)
    }

    /// Microseconds on the boot clock at a simulated time.
    func boot(at time: Int64) -> Int64 { Int64(lastBoot + Double(time - lastTime) * (1 + rate)) }

    /// When the boot clock will show a number of microseconds, at the least one microsecond later.
    func time(ofBoot boot: Int64, after now: Int64) -> Int64 {
        let left = Double(boot) - Double(self.boot(at: now))
        return now + max(1, Int64((left / (1 + rate)).rounded(.up)))
    }

    func setRate(_ rate: Double, at now: Int64) {
        lastBoot = Double(boot(at: now))
        lastTime = now
        self.rate = rate
    }
}
