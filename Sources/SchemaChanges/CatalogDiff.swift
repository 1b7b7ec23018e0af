package import Airbyte

/// What changed at a source between two discoveries, as a connection sees it (protocol.md 5.2, 5.3).
///
/// Sorted, so that neither the order of streams nor that of properties makes a difference.
package struct CatalogDiff: Sendable, Hashable, Codable {
    package var transforms: [StreamTransform]

    package init(transforms: [StreamTransform] = []) { self.transforms = transforms }

    /// - Parameters:
    ///   - configured: only its streams are compared field by field.
    ///   - bounds: how far; a schema beyond them is compared more coarsely, never passed over.
    package init(
        from old: AirbyteCatalog, to new: AirbyteCatalog, configured: ConfiguredCatalog,
        within bounds: SchemaFields.Bounds = SchemaFields.Bounds()
    ) {
        let before = old.byDescriptor
        let now = new.byDescriptor
        let selected = configured.byDescriptor
        transforms = []
        for (descriptor, stream) in before {
            guard let other = now[descriptor] else {
                transforms.append(StreamTransform(descriptor: descriptor, change: .removed))
                continue
            }
            guard stream != other, let selection = selected[descriptor] else { continue }
            if let update = StreamTransform(comparing: stream, with: other, configured: selection, within: bounds) {
                transforms.append(update)
            }
        }
        for descriptor in now.keys where before[descriptor] == nil {
            transforms.append(StreamTransform(descriptor: descriptor, change: .added))
        }
        transforms.sort { $0.descriptor.precedes($1.descriptor) }
    }

    package var isEmpty: Bool { transforms.isEmpty }
    package var isBreaking: Bool { transforms.contains(where: \.isBreaking) }
}

extension StreamDescriptor {
    fileprivate func precedes(_ other: StreamDescriptor) -> Bool {
        switch (namespace, other.namespace) {
        case (nil, _?): true
        case (_?, nil): false
        case (let a, let b): a == b ? name < other.name : (a ?? "") < (b ?? "")
        }
    }
}
