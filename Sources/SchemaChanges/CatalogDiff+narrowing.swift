import Airbyte

extension CatalogDiff {
    /// The changes that matter to a connection: of a stream with selected fields those of them and new ones, of a
    /// stream whose schema is to stay as it is only those that break it.
    ///
    /// - Parameters:
    ///   - selecting: the streams of which only the fields of the configured schema are kept.
    ///   - fixed: the streams whose schema is to stay.
    func narrowed(
        to configured: ConfiguredCatalog, selecting: Set<StreamDescriptor>, fixed: Set<StreamDescriptor>
    ) -> CatalogDiff {
        let streams = configured.byDescriptor
        return CatalogDiff(
            transforms: transforms.compactMap { transform in
                let name = transform.descriptor
                guard case .updated(var fields, var attributes) = transform.change else { return transform }
                if selecting.contains(name), let stream = streams[name]?.stream {
                    let kept = Set(stream.fieldNames)
                    fields.removeAll { !$0.isBreaking && !$0.isNewField && !kept.contains($0.path.first ?? "") }
                }
                if fixed.contains(name) {
                    fields.removeAll { !$0.isBreaking }
                    attributes.removeAll { !$0.isBreaking }
                }
                guard !fields.isEmpty || !attributes.isEmpty else { return nil }
                return StreamTransform(descriptor: name, change: .updated(fields: fields, attributes: attributes))
            })
    }
}

extension FieldTransform {
    /// Whether the record has come to have it at its top level.
    fileprivate var isNewField: Bool {
        if case .added = change { path.count == 1 } else { false }
    }
}
