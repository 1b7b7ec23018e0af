import Crypto
import Testing

@Suite("Base64", .timeLimit(.minutes(3)))
struct Base64Tests {
    @Test(arguments: [
        // RFC 4648 10
        ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"), ("Zm9vYmE=", "fooba"),
        ("Zm9vYmFy", "foobar"), ("Zg", "f"), ("Zm8", "fo"),
    ])
    func `the letters stand for the bytes`(letters: String, text: String) {
        #expect(Base64.decode(letters) == Array(text.utf8))
        #expect(Base64.urlText(Array(text.utf8)) == String(letters.prefix { $0 != "=" }))
    }

    @Test(arguments: ["Z", "Zg=", "=", "====", "Z===", "Zg==Zg==", "Zm9v\n", " Zm9v", "Zm-_", "Zm9\u{0}", "ü"])
    func `what is none is refused`(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test func `bytes of every value become letters that an address can hold`() {
        #expect(Base64.urlText([0xFB, 0xFF, 0xFE]) == "-__-")
        #expect(Base64.decode("+//+") == [0xFB, 0xFF, 0xFE])
    }
}
