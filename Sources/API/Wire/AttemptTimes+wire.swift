import JSON
import Model

extension AttemptTimes {
    /// Under the names of protocol.md 2.14: times in milliseconds since the epoch, waits in whole seconds.
    var wire: JSONObject {
        let times: [(String, Int64?)] = [
            ("replicationStartTime", replicationStart), ("replicationEndTime", replicationEnd),
            ("sourceReadStartTime", sourceReadStart), ("sourceReadEndTime", sourceReadEnd),
            ("destinationWriteStartTime", destinationWriteStart), ("destinationWriteEndTime", destinationWriteEnd),
            ("maxSecondsBeforeSourceStateMessageEmitted", longestStateGap.map(Self.seconds)),
            ("meanSecondsBeforeSourceStateMessageEmitted", meanStateGap.map(Self.seconds)),
            ("maxSecondsBetweenStateMessageEmittedandCommitted", longestStateLag.map(Self.seconds)),
            ("meanSecondsBetweenStateMessageEmittedandCommitted", meanStateLag.map(Self.seconds)),
        ]
        return JSONObject(times.compactMap { name, value in value.map { (name, .integer($0)) } })
    }

    private static func seconds(_ milliseconds: Int64) -> Int64 { (milliseconds + 500) / 1000 }
}
