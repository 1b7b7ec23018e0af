import HTTP

/// Every operation's contract.
package struct ContractTable: Sendable {
    package let all: [Contract]
    private let byOperation: [String: Contract]

    /// Throws where routes and contracts do not match one to one.
    init(_ contracts: [Contract], for routes: [Route]) throws(HTTPError) {
        all = contracts
        byOperation = Dictionary(contracts.map { ($0.operation, $0) }, uniquingKeysWith: { first, _ in first })
        var seen: Set<String> = []
        if let double = contracts.first(where: { !seen.insert($0.operation).inserted }) {
            throw HTTPError(.routes, "The operation \(double.operation) has two contracts.")
        }
        let operations = Set(routes.map(\.operation))
        if let bare = routes.first(where: { byOperation[$0.operation] == nil }) {
            throw HTTPError(.routes, "The operation \(bare.operation) has no contract.")
        }
        if let empty = contracts.first(where: { !operations.contains($0.operation) }) {
            throw HTTPError(.routes, "The operation \(empty.operation) has a contract and no route.")
        }
    }

    package subscript(_ operation: String) -> Contract? { byOperation[operation] }
}
