extension ContractTable {
    static let contracts: [Contract] = groups.flatMap { $0 }

    private static let groups: [[Contract]] = [
        Contract.instance, Contract.workspaces, Contract.organizations, Contract.definitions, Contract.connectors,
        Contract.connections, Contract.progress, Contract.jobs, Contract.commands, Contract.web, Contract.access,
        Contract.people, Contract.tags,
        Contract.publicAPI, Contract.publicCatalog,
        NotImplemented.contracts,
    ]
}
