import Airbyte
import JSON
import Model
import Sync

extension APIServices {
    /// Runs the image once for its specification and the version that it turned out to be. Throws 422 where it gives
    /// none, or one that could not be spoken with.
    func specification(of image: ConnectorImage) async throws -> (specification: ConnectorSpecification, tag: String) {
        let answer = try await calls.specification(repository: image.repository, tag: image.tag)
        guard let json = answer.specification else {
            throw Problem.unprocessable(
                answer.failure?.externalMessage ?? "The connector gave no specification and no reason.")
        }
        let specification = ConnectorSpecification(json: json)
        try specification.requireSpokenProtocol()
        return (specification, answer.tag)
    }
}

extension ConnectorSpecification {
    /// Throws 422 where the connector's messages could not be understood.
    fileprivate func requireSpokenProtocol() throws {
        guard ProtocolVersion(protocolVersion)?.isSpoken != true else { return }
        throw Problem.unprocessable(
            "The connector speaks version \(protocolVersion.prefix(40)) of the Airbyte protocol, and this server "
                + "\(ProtocolVersion.spoken). Choose a version of the connector that speaks \(ProtocolVersion.spoken.major).x."
        )
    }
}
