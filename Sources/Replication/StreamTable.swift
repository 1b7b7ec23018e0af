package import Airbyte

/// The catalog's streams by number, with their names on both sides.
package struct StreamTable: Sendable {
    let source: [StreamDescriptor]
    let destination: [StreamDescriptor]
    let configured: [ConfiguredStream]
    private let bySource: [StreamDescriptor: Int]
    private let byDestination: [StreamDescriptor: Int]

    /// Throws if two streams would land under one name: their states could not be told apart on the way back.
    package init(_ catalog: ConfiguredCatalog, _ mapping: NamespaceMapping) throws(ReplicationError) {
        configured = catalog.streams
        source = catalog.streams.map(\.descriptor)
        destination = source.map(mapping.map)
        var bySource: [StreamDescriptor: Int] = [:]
        var byDestination: [StreamDescriptor: Int] = [:]
        for index in source.indices {
            bySource[source[index]] = index
            if let other = byDestination.updateValue(index, forKey: destination[index]) {
                throw ReplicationError(
                    .ambiguousMapping,
                    """
                    The streams \(source[other]) and \(source[index]) would both be written to \(destination[index]). \
                    Choose another namespace or prefix for the connection, or leave one of them out.
                    """)
            }
        }
        self.bySource = bySource
        self.byDestination = byDestination
    }

    var count: Int { source.count }

    /// Whether there are streams whose names are the same on both sides.
    var keepsNames: Bool { zip(source, destination).contains(where: ==) }

    func index(ofSource stream: StreamDescriptor) -> Int? { bySource[stream] }
    func index(ofDestination stream: StreamDescriptor) -> Int? { byDestination[stream] }
}
