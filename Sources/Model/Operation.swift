package import JSON
package import Time

package typealias OperationID = ID<Operation>

/// What is called after a sync of the connections that name it.
package struct Operation: Sendable, Hashable {
    /// Coded as the API writes it.
    package struct Configuration: Sendable, Hashable, Codable {
        package enum OperatorType: String, Sendable, Codable, CaseIterable {
            case webhook
            /// Airbyte's of long ago; kept for old clients, never carried out.
            case normalization, dbt
        }

        package struct DbtCloud: Sendable, Hashable, Codable {
            package var accountId: Int64
            package var jobId: Int64

            package init(accountId: Int64, jobId: Int64) {
                self.accountId = accountId
                self.jobId = jobId
            }
        }

        package struct Webhook: Sendable, Hashable, Codable {
            package var webhookConfigId: WebhookConfigID?
            package var webhookType: String?
            package var dbtCloud: DbtCloud?
            package var executionUrl: String?
            package var executionBody: String?

            package init(
                webhookConfigId: WebhookConfigID? = nil, webhookType: String? = nil, dbtCloud: DbtCloud? = nil,
                executionUrl: String? = nil, executionBody: String? = nil
            ) {
                self.webhookConfigId = webhookConfigId
                self.webhookType = webhookType
                self.dbtCloud = dbtCloud
                self.executionUrl = executionUrl
                self.executionBody = executionBody
            }
        }

        package var operatorType: OperatorType
        package var webhook: Webhook?
        package var normalization: JSON?
        package var dbt: JSON?

        package init(
            operatorType: OperatorType, webhook: Webhook? = nil, normalization: JSON? = nil, dbt: JSON? = nil
        ) {
            self.operatorType = operatorType
            self.webhook = webhook
            self.normalization = normalization
            self.dbt = dbt
        }
    }

    package var id: OperationID
    package var workspaceID: WorkspaceID
    package var name: String
    package var configuration: Configuration
    package var createdAt: Instant
    package var updatedAt: Instant

    package init(
        id: OperationID = OperationID(), workspaceID: WorkspaceID, name: String, configuration: Configuration,
        createdAt: Instant, updatedAt: Instant
    ) {
        self.id = id
        self.workspaceID = workspaceID
        self.name = name
        self.configuration = configuration
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
