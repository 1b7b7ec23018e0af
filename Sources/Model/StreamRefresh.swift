package import Airbyte

/// One stream that is to be read from its beginning again.
package struct StreamRefresh: Sendable, Hashable, Codable {
    package enum Mode: String, Sendable, Hashable, Codable, CaseIterable {
        /// The rows that are there stay until their new forms arrive.
        case merge = "MERGE"
        /// The rows that are there are replaced once the stream has been read to its end.
        case truncate = "TRUNCATE"
    }

    package var stream: StreamDescriptor
    package var mode: Mode

    package init(_ stream: StreamDescriptor, _ mode: Mode) {
        self.stream = stream
        self.mode = mode
    }
}
