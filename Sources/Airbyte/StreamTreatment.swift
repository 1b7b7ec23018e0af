package import JSON

/// What is done with the records of one stream between its source and its destination. No connector hears of it.
package struct StreamTreatment: Sendable, Hashable, Codable {
    package var stream: StreamDescriptor
    /// Whether only those fields go on that the configured schema names (protocol.md 2.9).
    package var selectsFields: Bool
    /// In order, each as the API has it: `{id?, name, config}` (protocol.md 2.11).
    package var mappers: [JSON]
    package var contract: SchemaContract

    package init(
        stream: StreamDescriptor, selectsFields: Bool = false, mappers: [JSON] = [], contract: SchemaContract = .evolve
    ) {
        self.stream = stream
        self.selectsFields = selectsFields
        self.mappers = mappers
        self.contract = contract
    }

    /// Whether records go on as they come.
    package var isPlain: Bool { !selectsFields && mappers.isEmpty && contract == .evolve }
}
