package import JSON

/// Which connector a configured catalog is written for.
package enum CatalogSide: Sendable, Hashable {
    case source
    case destination(supportsRefreshes: Bool)
}

extension ConfiguredCatalog {
    /// The catalog as that side must be given it (protocol.md 1.10). The mapping is the caller's to apply.
    ///
    /// A source hears of no generations and no objects. A destination that supports refreshes is never told to overwrite: it
    /// truncates by the generation ids alone.
    package func json(for side: CatalogSide) throws -> JSON {
        try JSON.encode(ConfiguredCatalog(streams: streams.map { $0.written(for: side) }))
    }
}

extension ConfiguredStream {
    func written(for side: CatalogSide) -> ConfiguredStream {
        var copy = self
        switch side {
        case .source:
            copy.generationID = nil
            copy.minimumGenerationID = nil
            copy.syncID = nil
            copy.destinationObjectName = nil
            switch destinationSyncMode {
            case .update, .softDelete: copy.destinationSyncMode = .append
            case .overwriteDedup: copy.destinationSyncMode = .overwrite
            case .append, .overwrite, .appendDedup: break
            }
        case .destination(supportsRefreshes: true):
            switch destinationSyncMode {
            case .overwrite: copy.destinationSyncMode = .append
            case .overwriteDedup: copy.destinationSyncMode = .appendDedup
            case .append, .appendDedup, .update, .softDelete: break
            }
        case .destination(supportsRefreshes: false):
            if destinationSyncMode == .overwriteDedup { copy.destinationSyncMode = .overwrite }
        }
        return copy
    }
}
