package import Model

extension NotificationSettings {
    /// Over which channels an event is told; none where nobody asked for it. Syncs are told of, refreshes and clears are
    /// not (protocol.md 7.3).
    package func channels(for event: ConnectionEvent.Kind, tellsSchemaChanges: Bool) -> [Delivery.Channel] {
        guard let item = item(for: event, tellsSchemaChanges: tellsSchemaChanges) else { return [] }
        return Delivery.Channel.allCases.filter { item.address(of: $0) != nil }
    }

    /// The item that decides over an event.
    package func item(for event: ConnectionEvent.Kind, tellsSchemaChanges: Bool = true) -> Item? {
        switch event {
        case .syncSucceeded: self[.success]
        case .syncFailed, .syncIncomplete: self[.failure]
        case .connectionDisabled: self[.syncDisabled]
        case .failuresRepeated: self[.syncDisabledWarning]
        case .schemaPropagated where tellsSchemaChanges: self[.connectionUpdate]
        case .schemaNeedsAction where tellsSchemaChanges: self[.connectionUpdateActionRequired]
        case .schemaBroke where tellsSchemaChanges: broken
        default: nil
        }
    }

    /// Airbyte tells of breaking changes of a schema here; the items named after breaking changes are about connectors. Who
    /// set only one of those is told all the same.
    private var broken: Item? {
        let items = [
            self[.connectionUpdateActionRequired], self[.breakingChangeSyncsDisabled], self[.breakingChangeWarning],
        ]
        return items.compactMap(\.self).first { item in
            Delivery.Channel.allCases.contains { item.address(of: $0) != nil }
        }
    }
}
