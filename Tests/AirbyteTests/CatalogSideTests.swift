import Airbyte
import JSON
import TestKit
import Testing

@Suite("Catalogs and names for each side")
struct CatalogSideTests {
    private func catalog(_ mode: DestinationSyncMode) -> ConfiguredCatalog {
        ConfiguredCatalog(streams: [
            ConfiguredStream(
                stream: AirbyteStream(name: "s", jsonSchema: [:]), syncMode: .incremental, destinationSyncMode: mode,
                generationID: 4, minimumGenerationID: 0, syncID: 9)
        ])
    }

    @Test(arguments: [
        (DestinationSyncMode.append, "append", "append", "append"),
        (.overwrite, "overwrite", "append", "overwrite"),
        (.appendDedup, "append_dedup", "append_dedup", "append_dedup"),
        (.overwriteDedup, "overwrite", "append_dedup", "overwrite"),
        (.update, "append", "update", "update"),
        (.softDelete, "append", "soft_delete", "soft_delete"),
    ])
    func `each side is told the mode that it understands`(
        mode: DestinationSyncMode, source: String, refreshing: String, plain: String
    ) throws {
        func sent(_ side: CatalogSide) throws -> String? {
            try catalog(mode).json(for: side)["streams"]?[0]?["destination_sync_mode"]?.stringValue
        }
        #expect(try sent(.source) == source)
        #expect(try sent(.destination(supportsRefreshes: true)) == refreshing)
        #expect(try sent(.destination(supportsRefreshes: false)) == plain)
    }

    @Test(.proves("1.10-source", "1.10-destination", "1.10-legacy-destination"))
    func `only the destination hears of generations`() throws {
        let source = try catalog(.append).json(for: .source)["streams"]?[0]
        #expect(source?["generation_id"] == nil && source?["sync_id"] == nil)
        let destination = try catalog(.append).json(for: .destination(supportsRefreshes: true))["streams"]?[0]
        #expect(destination?["generation_id"] == 4)
        #expect(destination?["minimum_generation_id"] == 0)
        #expect(destination?["sync_id"] == 9)
    }

    @Test(.proves("2.8-definitions")) func `names are mapped by definition, format and prefix`() {
        let stream = StreamDescriptor(name: "s", namespace: "n")
        let bare = StreamDescriptor(name: "s")
        #expect(NamespaceMapping().map(stream) == stream)
        #expect(NamespaceMapping(prefix: "  ").isIdentity)
        #expect(NamespaceMapping(.destination, prefix: "p_").map(stream) == StreamDescriptor(name: "p_s"))
        let custom = NamespaceMapping(.customFormat, format: "x_${SOURCE_NAMESPACE}_${SOURCE_NAMESPACE}$")
        #expect(custom.map(stream).namespace == "x_n_n$")
        #expect(custom.map(bare).namespace == "x__$")
        #expect(NamespaceMapping(.customFormat, format: "${SOURCE_NAMESPACE}").map(bare).namespace == nil)
        #expect(NamespaceMapping(.customFormat, format: " ").map(stream).namespace == nil)
    }
}
