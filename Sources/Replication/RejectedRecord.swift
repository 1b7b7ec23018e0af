package import Airbyte

/// A record that does not go on to the destination because it cannot, or because the stream's contract says so.
package struct RejectedRecord: Sendable, Codable, Hashable {
    /// Under the source's name.
    package var stream: StreamDescriptor
    package var reason: String
    /// Its `data` as the source sent it.
    package var data: String

    package init(stream: StreamDescriptor, reason: String, data: String) {
        self.stream = stream
        self.reason = reason
        self.data = data
    }
}
