extension ContractTable {
    static let contracts: [Contract] =
        Contract.instance + Contract.workspaces + Contract.connectors + Contract.connections + Contract.progress
        + Contract.jobs + Contract.commands + Contract.web
}
