import Model

extension ConnectorDefinition {
    /// The name that clients of the public API know the connector by, such as `postgres` or `google-sheets`; empty where
    /// its image is not called after what it is.
    var shortName: String {
        let last = repository.split { $0 == "/" || $0 == ":" }.last.map(String.init) ?? ""
        let own = last.hasPrefix("airbyte-") ? String(last.dropFirst("airbyte-".count)) : last
        let prefix = "\(kind)-"
        return own.hasPrefix(prefix) ? String(own.dropFirst(prefix.count)) : ""
    }
}
