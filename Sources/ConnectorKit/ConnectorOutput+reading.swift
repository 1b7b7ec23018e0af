package import Airbyte

extension ConnectorOutput {
    /// Has `body` read one stream; tells before that it begins, and afterwards how it ended. What `body` throws names the
    /// stream from then on.
    package func reading(_ stream: StreamDescriptor, _ body: (StreamOutput) throws -> Void) throws {
        let messages = self.stream(stream)
        try messages.status(.started)
        do {
            try body(messages)
            try messages.status(.complete)
        } catch {
            try messages.status(.incomplete)
            let cause = ConnectorError(error)
            throw ConnectorError(cause.code, cause.message, detail: cause.detail, stream: stream)
        }
    }
}
