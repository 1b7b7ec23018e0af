package import Flow
package import HTTPClient
package import Notifications
package import Posix

/// How receivers are told of events and how operations are called.
package struct NoticeSettings: Sendable {
    /// How often a delivery is tried, the first time included. `SWIFTLET_NOTICE_TRIES`
    package var tries = 8
    /// The pauses in between: 10 s, then three times the one before. `SWIFTLET_NOTICE_PAUSE_SECONDS`,
    /// `SWIFTLET_NOTICE_LONGEST_PAUSE_SECONDS`
    package var pauses = Retry(limit: .max, first: .seconds(10), factor: 3, cap: .seconds(3600))
    /// How people reach the web interface; stands in messages. `AIRBYTE_URL`
    package var links = WebLinks(base: "http://localhost:8000")
    package var calls = HTTPClientSettings()

    package init() {}

    /// Reads the variables named above; one that makes no sense keeps its default.
    package init(environment: Environment) {
        func number(_ name: String, atMost limit: Double) -> Double? {
            environment["SWIFTLET_NOTICE_\(name)"].flatMap(Double.init).flatMap { $0 > 0 && $0 <= limit ? $0 : nil }
        }
        if let most = number("TRIES", atMost: 100), most >= 1 { tries = Int(most) }
        if let seconds = number("PAUSE_SECONDS", atMost: 86_400) { pauses.first = .seconds(seconds) }
        if let seconds = number("LONGEST_PAUSE_SECONDS", atMost: 86_400) { pauses.cap = .seconds(seconds) }
        if let base = environment["AIRBYTE_URL"], (try? WebAddress(base)) != nil { links = WebLinks(base: base) }
        calls = HTTPClientSettings(environment: environment)
    }
}
