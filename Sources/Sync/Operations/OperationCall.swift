package import HTTPClient
import JSON
package import Model

/// The call of a webhook operation (protocol.md 7.6).
package enum OperationCall {
    /// Nil for an operation that is never carried out. Throws `HTTPCallError` where the address makes no sense.
    package static func make(
        _ configuration: Operation.Configuration, token: String?, host: String? = nil, key: String? = nil
    ) throws(HTTPCallError) -> HTTPCall? {
        guard configuration.operatorType == .webhook, let webhook = configuration.webhook else { return nil }
        let target = try target(of: webhook, host: host)
        var call = HTTPCall(
            try WebAddress(target.url), headers: [("Content-Type", "application/json")],
            body: target.body.map { Array($0.utf8) })
        if let token { call.headers.append(("Authorization", "Bearer \(token)")) }
        if let key { call.headers.append(("Idempotency-Key", key)) }
        return call
    }

    /// dbt Cloud's jobs have an address of their own.
    private static func target(
        of webhook: Operation.Configuration.Webhook, host: String?
    ) throws(HTTPCallError) -> (url: String, body: String?) {
        if let dbt = webhook.dbtCloud {
            var base = host ?? "https://cloud.getdbt.com"
            if !base.contains("://") { base = "https://" + base }
            while base.hasSuffix("/") { base.removeLast() }
            return ("\(base)/api/v2/accounts/\(dbt.accountId)/jobs/\(dbt.jobId)/run/", #"{"cause": "airbyte"}"#)
        }
        guard let url = webhook.executionUrl else {
            throw HTTPCallError(.refused, "The operation has neither an executionUrl nor a dbtCloud job.")
        }
        return (url, webhook.executionBody.flatMap { $0.isEmpty ? nil : $0 })
    }
}
