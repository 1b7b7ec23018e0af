/// What a connector asks for and may take, in the API's words. Requests are kept and have no effect.
package struct ResourceRequirements: Hashable, Sendable, Codable {
    package var cpuRequest: String?
    package var cpuLimitText: String?
    package var memoryRequest: String?
    package var memoryLimitText: String?
    package var ephemeralStorageRequest: String?
    package var ephemeralStorageLimit: String?
    /// How many processes and threads; an addition to the API.
    package var processLimit: Int?

    private enum CodingKeys: String, CodingKey {
        case cpuRequest = "cpu_request"
        case cpuLimitText = "cpu_limit"
        case memoryRequest = "memory_request"
        case memoryLimitText = "memory_limit"
        case ephemeralStorageRequest = "ephemeral_storage_request"
        case ephemeralStorageLimit = "ephemeral_storage_limit"
        case processLimit = "pids_limit"
    }

    package init() {}

    /// In thousandths of a processor; nil where none is set. Empty texts are what Airbyte's clients send for none.
    package var cpuLimit: Int64? {
        get throws(QuantityError) {
            guard let text = cpuLimitText, !text.isEmpty else { return nil }
            return try ResourceQuantity.processors(text)
        }
    }

    /// In bytes.
    package var memoryLimit: Int64? {
        get throws(QuantityError) {
            guard let text = memoryLimitText, !text.isEmpty else { return nil }
            return try ResourceQuantity.bytes(text)
        }
    }
}
