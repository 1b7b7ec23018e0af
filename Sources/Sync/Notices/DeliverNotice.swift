package import Flow
import HTTPClient
import JSON
import Log
package import Model
import Notifications
import SQL
import Secrets
import Store
import Time

/// Tells one receiver of one event, again and again until it has taken it or the tries are used up.
///
/// At least once: a worker that dies between the receiver's answer and its record calls again, with the same
/// `Idempotency-Key`.
package struct DeliverNotice: Workflow {
    package struct Input: Codable, Sendable {
        package var event: EventID
        package var channel: Delivery.Channel
    }

    package static let name: WorkflowName = "deliver-notice"
    package static let queue: QueueName = "notices"
    /// For faults of the platform; what receivers answer is judged by the body.
    package static let retry = Retry(limit: 20, first: .seconds(1), cap: .seconds(60))

    let vault: SecretVault
    let client: HTTPClient
    let settings: NoticeSettings
    let log: Log

    package func run(_ input: Input, in flow: Flow) async throws -> Bool {
        for round in 0..<settings.tries {
            let verdict = try await flow.step("call \(round)") { try await call(input, in: flow) }
            let isLast = !verdict.isWorthAnother || round + 1 == settings.tries
            try await flow.transaction("note \(round)") { session in
                try session.countTry(
                    verdict.succeeded ? .delivered : isLast ? .failed : .pending, message: verdict.message,
                    of: input.event, over: input.channel, at: Instant(microseconds: session.now()))
            }
            if verdict.succeeded { return true }
            guard !isLast else {
                log.warning(
                    "A notification could not be delivered: \(verdict.message ?? "")",
                    ["event": .string(input.event.description), "channel": .string(input.channel.rawValue)])
                return false
            }
            // By chance, or all that failed at once would come back at once.
            let own = settings.pauses.pause(after: round, chance: Double.random(in: 0..<1))
            let asked = Duration.seconds(min(verdict.pauseSeconds ?? 0, 3600))
            try await flow.sleep("back off \(round)", for: max(own, asked))
        }
        return false
    }

    private func call(_ input: Input, in flow: Flow) async throws -> CallVerdict {
        let order: NoticeCall.Order
        let address: WebAddress
        do {
            let found = try await flow.fenced { [vault] session in
                try NoticeCall.order(input.event, over: input.channel, vault, in: session)
            }
            guard let found else { return CallVerdict(succeeded: false, message: "The notification was switched off.") }
            (order, address) = (found, try WebAddress(found.address))
        } catch let error as HTTPCallError { return CallVerdict(error) }
        let body: JSON
        switch input.channel {
        case .slack:
            guard let message = SlackMessage(order.event, links: settings.links) else {
                return CallVerdict(succeeded: false, message: "There is no message for this kind of event.")
            }
            body = message.body(host: address.host)
        case .webhook: body = EventBody.json(order.event, links: settings.links)
        }
        let call = NoticeCall.message(
            body, to: address, key: "\(input.event)-\(input.channel.rawValue)", secret: order.secret, at: flow.now)
        return try await client.verdict(on: call, good: 200...299)
    }
}
