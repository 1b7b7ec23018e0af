import Airbyte
import JSON
import Model
import SchemaChanges

extension Connection {
    /// What the source offers now with what the connection has chosen of it; the rest stands there unselected.
    func merged(with offered: AirbyteCatalog, destinationModes: [DestinationSyncMode]) -> JSON {
        let merge = merge(offered, destinationModes)
        return ["streams": .array(merge.entries.map { $0.wire(treatment(of: $0.stream.descriptor)) })]
    }

    /// The streams as they are configured, with those besides that the source had when they were. Saved again, it
    /// changes nothing.
    func completed(by offered: AirbyteCatalog, destinationModes: [DestinationSyncMode]) -> JSON {
        let own = Dictionary(catalog.streams.map { ($0.descriptor, $0) }) { first, _ in first }
        let merge = merge(offered, destinationModes)
        let entries = merge.entries.map { entry in
            let treatment = treatment(of: entry.stream.descriptor)
            // Of a stream with chosen fields, the others can only be shown from what the source offers.
            guard entry.selectedFields == nil, let stream = own[entry.stream.descriptor] else {
                return entry.wire(treatment)
            }
            return stream.wire(isSelected: true, isSuggested: false, treatment: treatment)
        }
        let shown = Set(merge.entries.map(\.stream.descriptor))
        let others = catalog.streams.filter { !shown.contains($0.descriptor) }.map { stream in
            stream.wire(isSelected: true, isSuggested: false, treatment: treatment(of: stream.descriptor))
        }
        return ["streams": .array(entries + others)]
    }

    private func merge(_ offered: AirbyteCatalog, _ modes: [DestinationSyncMode]) -> CatalogMerge {
        CatalogMerge(
            of: offered, into: catalog, fieldSelection: Set(treatments.filter(\.selectsFields).map(\.stream)),
            destinationModes: modes)
    }

    private func treatment(of stream: StreamDescriptor) -> StreamTreatment? {
        treatments.first { $0.stream == stream }
    }
}

extension CatalogMerge.Entry {
    fileprivate func wire(_ treatment: StreamTreatment?) -> JSON {
        var wire = stream.wire(isSelected: isSelected, isSuggested: false, treatment: treatment)
        if let selectedFields { wire["config"]?["selectedFields"] = .fieldPaths(selectedFields) }
        return wire
    }
}
