import Flow
import Posix

extension FlowSettings {
    /// Settings that fit one another; each seed has its own.
    static func drawn(_ random: inout SeededRandom) -> FlowSettings {
        var settings = FlowSettings()
        settings.heartbeat = .seconds(random.int(2...4))
        settings.grace = .seconds(random.int(2...4))
        settings.margin = .seconds(random.int(2...4))
        settings.lease = settings.heartbeat * random.int(2...4) + settings.grace + settings.margin
        settings.poll = .seconds(random.int(3...9))
        settings.finish = .seconds(1)
        settings.stop = .seconds(random.int(2...5))
        settings.unserved = .seconds(random.int(2...20))
        return settings
    }
}
