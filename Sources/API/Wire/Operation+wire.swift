import HTTPClient
import JSON
import Model
import Sync

extension Operation {
    var wire: JSON {
        [
            "operationId": .id(id), "workspaceId": .id(workspaceID), "name": .string(name),
            "operatorConfiguration": (try? JSON.encode(configuration)) ?? [:],
        ]
    }
}

extension Operation.Configuration.OperatorType: WireReadable {}

extension Operation.Configuration {
    /// Old kinds are taken as they are and never carried out.
    init(wire body: Body) throws {
        let type: OperatorType = try body.required("operatorType")
        self.init(
            operatorType: type, webhook: type == .webhook ? try Webhook(wire: body.required("webhook")) : nil,
            normalization: try body.optional("normalization"), dbt: try body.optional("dbt"))
    }

    /// Throws 422 where no call could be made of it.
    func validate() throws { _ = try OperationCall.make(self, token: nil) }
}

extension Operation.Configuration.Webhook {
    fileprivate init(wire body: Body) throws {
        let dbt: Body? = try body.optional("dbtCloud")
        self.init(
            webhookConfigId: try body.optional("webhookConfigId"),
            webhookType: try body.text("webhookType", atMost: 100),
            dbtCloud: try dbt.map { dbt in
                Operation.Configuration.DbtCloud(
                    accountId: try dbt.required("accountId"), jobId: try dbt.required("jobId"))
            },
            executionUrl: try body.text("executionUrl", atMost: WebAddress.longest),
            executionBody: try body.text("executionBody", atMost: 64 << 10))
    }
}
