import Crypto
import Testing

@Suite("Sealing", .timeLimit(.minutes(3)))
struct SealingKeyTests {
    @Test func `what is sealed opens with the same key and context`() throws {
        let key = SealingKey()
        for plain in [[], [0], Array("geheim".utf8), [UInt8](repeating: 7, count: 100_000)] {
            #expect(try key.open(key.seal(plain, context: "here"), context: "here") == plain)
        }
    }

    @Test func `a key survives being written down`() throws {
        let key = SealingKey()
        let box = try key.seal([1, 2, 3], context: "")
        #expect(try SealingKey(hex: key.hex + "\n").open(box, context: "") == [1, 2, 3])
    }

    @Test func `a fingerprint is the same for the same data, context and key, and for nothing else`() throws {
        let key = try SealingKey(hex: String(repeating: "5e", count: 32))
        let data = Array("hunter2".utf8)
        let fingerprint = key.fingerprint(of: data, context: "here")
        #expect(key.fingerprint(of: data, context: "here") == fingerprint)
        #expect(key.fingerprint(of: data, context: "there") != fingerprint)
        #expect(key.fingerprint(of: data + [0], context: "here") != fingerprint)
        #expect(SealingKey().fingerprint(of: data, context: "here") != fingerprint)
        // By another program: HMAC-SHA256 of the context's SHA-256 and the data.
        #expect(fingerprint.description == "57db44164a0e5d0bf476b43638fab221b9181806ec0f29d3a098aab505e0792d")
    }

    @Test func `another key, another context and every flipped bit are noticed`() throws {
        let key = SealingKey()
        let box = try key.seal([1, 2, 3], context: "here")
        #expect(throws: CryptoError.self) { try SealingKey().open(box, context: "here") }
        #expect(throws: CryptoError.self) { try key.open(box, context: "there") }
        for index in box.indices {
            var changed = box
            changed[index] ^= 1
            #expect(throws: CryptoError.self) { try key.open(changed, context: "here") }
        }
        for length in 0..<box.count {
            #expect(throws: CryptoError.self) { try key.open(Array(box.prefix(length)), context: "here") }
        }
    }

    @Test func `sealing twice gives two different boxes`() throws {
        let key = SealingKey()
        #expect(try key.seal([1], context: "") != key.seal([1], context: ""))
    }

    @Test(arguments: ["", "00", String(repeating: "g", count: 64), String(repeating: "a", count: 63), "é"])
    func `what is no key is refused`(text: String) {
        #expect(throws: CryptoError.self) { try SealingKey(hex: text) }
    }
}
