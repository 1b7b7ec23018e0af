import Airbyte
package import JSON
package import Model

extension RunPolicy {
    /// Nil where nothing is decided.
    var wire: JSON? {
        var retries = JSONObject()
        for (name, member, _) in Retry.members { retries[name] = retry?[keyPath: member].map(JSON.integer) }
        let members = JSON(present: [
            "retry": retries.isEmpty ? .none : .object(retries),
            "maxRunSeconds": maxRunSeconds.map(JSON.integer),
            "slowRunWarningSeconds": slowRunWarningSeconds.map(JSON.integer),
            "countMismatch": countMismatch.map { .string($0.rawValue) },
        ])
        return members.objectValue?.isEmpty == true ? JSON?.none : members
    }
}

extension RunPolicy: WireReadable {
    private static let longest = 30 * 86_400

    /// Replaces the whole policy; an empty object leaves everything to the instance. Members that nobody knows are
    /// refused: a limit that was misspelled would never hold.
    package static func read(_ json: JSON, at path: String) throws -> RunPolicy {
        let body = try Body.read(json, at: path)
        try body.refuseOthers(than: ["retry", "maxRunSeconds", "slowRunWarningSeconds", "countMismatch"])
        return RunPolicy(
            retry: try body.optional("retry"),
            maxRunSeconds: try body.whole("maxRunSeconds", in: 1...longest),
            slowRunWarningSeconds: try body.whole("slowRunWarningSeconds", in: 1...longest),
            countMismatch: try body.optional("countMismatch"))
    }
}

extension RunPolicy.Retry: WireReadable {
    fileprivate static var members: [(name: String, member: WritableKeyPath<Self, Int?>, range: ClosedRange<Int>)] {
        [
            ("maxSuccessiveCompleteFailures", \.maxSuccessiveCompleteFailures, 1...10_000),
            ("maxTotalCompleteFailures", \.maxTotalCompleteFailures, 1...10_000),
            ("maxSuccessivePartialFailures", \.maxSuccessivePartialFailures, 1...10_000),
            ("maxTotalPartialFailures", \.maxTotalPartialFailures, 1...10_000),
            ("backoffMinSeconds", \.backoffMinSeconds, 0...86_400),
            ("backoffMaxSeconds", \.backoffMaxSeconds, 0...86_400),
            ("backoffBase", \.backoffBase, 1...100),
        ]
    }

    package static func read(_ json: JSON, at path: String) throws -> RunPolicy.Retry {
        let body = try Body.read(json, at: path)
        try body.refuseOthers(than: members.map(\.name))
        var retry = RunPolicy.Retry()
        for (name, member, range) in members { retry[keyPath: member] = try body.whole(name, in: range) }
        if let least = retry.backoffMinSeconds, let most = retry.backoffMaxSeconds, least > most {
            throw Problem.unprocessable("\(path).backoffMinSeconds must not be greater than backoffMaxSeconds.")
        }
        return retry
    }
}

extension Body {
    fileprivate func whole(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let number: Int = try optional(name) else { return nil }
        guard range.contains(number) else {
            throw Problem.unprocessable(
                "\(path)\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    fileprivate func refuseOthers(than known: [String]) throws {
        guard let stranger = names.first(where: { !known.contains($0) }) else { return }
        throw Problem.unprocessable("\(path)\(stranger) is not known here; known are \(known.joined(separator: ", ")).")
    }
}
