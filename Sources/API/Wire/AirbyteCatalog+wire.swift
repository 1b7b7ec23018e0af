import Airbyte
import JSON
import SchemaChanges

extension AirbyteCatalog {
    /// The catalog with the configuration that is proposed for each stream.
    var wire: JSON {
        let isSingle = streams.count == 1
        let entries = streams.map { stream in
            ConfiguredStream(proposing: stream).wire(isSelected: isSingle, isSuggested: isSingle)
        }
        return ["streams": .array(entries)]
    }
}
