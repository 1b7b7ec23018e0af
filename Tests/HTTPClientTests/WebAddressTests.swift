import HTTPClient
import Testing

@Suite("Addresses of receivers")
struct WebAddressTests {
    @Test func `what an address prints as holds neither its path nor its query`() throws {
        let address = try WebAddress("https://Hooks.Slack.com:8443/services/T0/B0/secret?token=secret#secret")
        #expect("\(address)" == "https://hooks.slack.com:8443")
        #expect(address.text.contains("services/T0/B0/secret"))
        #expect(address.host == "hooks.slack.com")
    }

    @Test(arguments: [
        "", "hooks.slack.com/x", "ftp://host/x", "file:///etc/passwd", "gopher://h", "https://", "http://?x",
        "http://user@host/", "http://user:word@host/", "http://host/a b", "http://host/\n", "javascript:alert(1)",
        "http://" + String(repeating: "a", count: 5000),
    ])
    func `what is no plain address of the web is refused in a sentence without it`(text: String) {
        #expect {
            _ = try WebAddress(text)
        } throws: { error in
            guard let error = error as? HTTPCallError else { return false }
            return error.code == .refused && (text.count < 9 || !error.message.contains(text))
        }
    }

    @Test(
        arguments: [
            ([169, 254, 0, 1], false, false), ([100, 100, 100, 200], false, false), ([224, 0, 0, 1], false, false),
            ([255, 255, 255, 255], false, false), ([127, 0, 0, 1], true, false), ([10, 0, 0, 1], true, false),
            ([172, 16, 0, 1], true, false), ([172, 32, 0, 1], true, true), ([192, 168, 0, 1], true, false),
            ([100, 64, 0, 1], true, false), ([100, 128, 0, 1], true, true), ([0, 0, 0, 0], true, false),
            ([8, 8, 8, 8], true, true), ([169, 253, 0, 1], true, true),
        ] as [([UInt8], Bool, Bool)])
    func `IPv4 addresses are judged by their ranges, also inside IPv6`(bytes: [UInt8], any: Bool, isPublic: Bool) {
        let zeros = { [UInt8](repeating: 0, count: $0) }
        let forms = [
            zeros(10) + [0xFF, 0xFF] + bytes, [0, 0x64, 0xFF, 0x9B] + zeros(8) + bytes,
            [0x20, 0x02] + bytes + zeros(10),
        ]
        #expect(AddressRule(.anyButLinkLocal).allows(v4: bytes) == any)
        #expect(AddressRule(.publicOnly).allows(v4: bytes) == isPublic)
        for form in forms {
            #expect(AddressRule(.anyButLinkLocal).allows(v6: form) == any)
            #expect(AddressRule(.publicOnly).allows(v6: form) == isPublic)
        }
    }

    @Test(
        arguments: [
            ([0xFE, 0x80], 1, false, false), ([0xFE, 0xBF], 1, false, false), ([0xFF, 0x02], 1, false, false),
            ([0, 0], 1, true, false), ([0, 0], 0, true, false), ([0xFC, 0], 1, true, false),
            ([0xFD, 9], 1, true, false),
            ([0xFE, 0xC0], 1, true, false), ([0x2A, 0], 1, true, true),
        ] as [([UInt8], UInt8, Bool, Bool)])
    func `IPv6 addresses are judged by their ranges`(head: [UInt8], tail: UInt8, any: Bool, isPublic: Bool) {
        let bytes = head + [UInt8](repeating: 0, count: 13) + [tail]
        #expect(AddressRule(.anyButLinkLocal).allows(v6: bytes) == any)
        #expect(AddressRule(.publicOnly).allows(v6: bytes) == isPublic)
    }
}
