package import JSON

/// A job that has ended, as `jobs/get` tells it.
package struct EndedJob: Sendable {
    package let json: JSON

    package init(_ json: JSON) { self.json = json }

    package var status: String { json["job"]?["status"]?.stringValue ?? "" }

    package var attempts: [JSON] { json["attempts"]?.arrayValue?.compactMap { $0["attempt"] } ?? [] }

    /// The failures of the last attempt, the first one first.
    package var failures: [JSON] { attempts.last?["failureSummary"]?["failures"]?.arrayValue ?? [] }

    /// The codes of the last attempt's warnings.
    package var warnings: [String] { warningEntries.compactMap { $0["code"]?.stringValue } }

    package var warningEntries: [JSON] { attempts.last?["warnings"]?.arrayValue ?? [] }

    /// A count of the last attempt, all streams together.
    package func count(_ name: String) -> Int { attempts.last?["totalStats"]?[name]?.intValue ?? -1 }

    /// A count of one stream in the last attempt.
    package func count(_ name: String, of stream: String) -> Int {
        let stats = attempts.last?["streamStats"]?.arrayValue ?? []
        return stats.first { $0["streamName"]?.stringValue == stream }?["stats"]?[name]?.intValue ?? -1
    }

    /// The lines of the last attempt's log.
    package var log: [String] {
        json["attempts"]?.arrayValue?.last?["logs"]?["logLines"]?.arrayValue?.compactMap(\.stringValue) ?? []
    }
}
