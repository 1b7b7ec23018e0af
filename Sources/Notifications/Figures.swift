/// Durations and volumes as Airbyte's messages write them (protocol.md 7.3).
enum Figures {
    /// `28 sec`, `1 min 23 sec`, `2 hours 5 min`, `3 days 4 hours`.
    static func duration(seconds: Int64) -> String {
        let seconds = max(0, seconds)
        let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400)
        if days > 0 { return "\(days) days \(hours % 24) hours" }
        if hours > 0 { return "\(hours) hours \(minutes % 60) min" }
        return minutes > 0 ? "\(minutes) min \(seconds % 60) sec" : "\(seconds) sec"
    }

    /// `281 kB`: the largest unit of which there is one, cut to whole ones.
    static func volume(bytes: Int64) -> String {
        var rest = max(0, bytes)
        for unit in ["B", "kB", "MB", "GB"] {
            if rest < 1024 { return "\(rest) \(unit)" }
            rest /= 1024
        }
        return "\(rest) TB"
    }
}
