package import Airbyte
package import JSON

extension ConfiguredCatalog {
    package var wire: JSON { wire(treated: []) }

    /// The streams with what is done to their records; secrets are masked.
    func wire(treated treatments: [StreamTreatment]) -> JSON {
        let byStream = Dictionary(treatments.map { ($0.stream, $0) }) { first, _ in first }
        return [
            "streams": .array(
                streams.map { $0.wire(isSelected: true, isSuggested: false, treatment: byStream[$0.descriptor]) })
        ]
    }
}

extension ConfiguredCatalog {
    /// Throws 400, naming the stream, where a stream cannot be read or written as it says.
    ///
    /// - Parameter supported: the destination's modes by its specification; an empty list says nothing.
    package func validate(supported: [String]) throws {
        for stream in streams { try stream.validate(supported: supported) }
    }
}

extension ConfiguredStream {
    fileprivate func validate(supported: [String]) throws {
        let needed = destinationSyncMode == .overwriteDedup ? .overwrite : destinationSyncMode
        guard supported.isEmpty || supported.contains(needed.rawValue) else {
            throw refusal("asks for \(destinationSyncMode.rawValue), which the destination does not offer")
        }
        // The rest is looked at when the source has told the stream.
        guard !stream.isAwaited else { return }
        guard stream.supportedSyncModes.contains(syncMode) else {
            let modes = stream.supportedSyncModes.map(\.rawValue).joined(separator: ", ")
            throw refusal("cannot be read with the sync mode \(syncMode.rawValue); it offers \(modes)")
        }
        if syncMode == .incremental, stream.sourceDefinedCursor != true, effectiveCursor == nil {
            throw refusal("is incremental and has no cursor; set cursorField")
        }
        if destinationSyncMode.isDedup, effectivePrimaryKey.allSatisfy(\.isEmpty) {
            throw refusal("is deduplicated and has no primary key; set primaryKey")
        }
    }

    private func refusal(_ what: String) -> Problem { .badRequest("The stream \(descriptor) \(what).") }
}
