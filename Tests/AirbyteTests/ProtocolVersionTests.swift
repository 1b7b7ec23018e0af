import Airbyte
import JSON
import TestKit
import Testing

@Suite("protocol.md 1.12: versions")
struct ProtocolVersionTests {
    @Test(.proves("1.12-default")) func `a specification that names no version speaks 0.2.0`() {
        #expect(ConnectorSpecification(json: [:]).protocolVersion == "0.2.0")
        #expect(ConnectorSpecification(json: ["protocol_version": "0.3.2"]).protocolVersion == "0.3.2")
    }

    @Test(.proves("1.12-range")) func `another major version is not spoken, a newer minor one is`() throws {
        for spoken in ["0.0.0", "0.2.0", "0.3.0", "0.9.1-rc.1"] {
            #expect(try #require(ProtocolVersion(spoken)).isSpoken, "\(spoken)")
        }
        #expect(try !#require(ProtocolVersion("1.0.0")).isSpoken)
    }

    @Test(arguments: ["", "1", "0.3", "0.3.0.1", "a.b.c", "0.-3.0", "99999999999.0.0"])
    func `other texts are no versions`(_ text: String) { #expect(ProtocolVersion(text) == nil) }
}
