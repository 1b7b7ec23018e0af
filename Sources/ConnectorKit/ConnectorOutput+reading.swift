package import Airbyte

extension ConnectorOutput {
    /// Has `body` read one stream; tells before that it begins, and afterwards how it ended. What `body` throws names the
    /// stream from then on.
    package func reading(_ stream: StreamDescriptor, _ body: (StreamOutput) throws -> Void) throws {
        try self.stream(stream).reading(body)
    }
}
