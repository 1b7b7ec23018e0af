import JSON
import Testing

@Suite("JSON values", .timeLimit(.minutes(3)))
struct JSONTests {
    @Test func `every kind of value comes back as it was written`() throws {
        let text = #"{"b":[1,2.50,-0,1e9,12345678901234567890],"a":{"x":null,"y":true,"z":"a\"\\\n\u0001é😀"}}"#
        #expect(try JSON.parse(text).text == text)
    }

    @Test func `escapes are read, also surrogate pairs and lone surrogates`() throws {
        #expect(try JSON.parse(#""\u0041\ud83d\ude00\ud800x\/""#) == .string("A😀\u{FFFD}x/"))
    }

    @Test(arguments: [
        "", "{", "[1,]", "{\"a\" 1}", "tru", "01", "1.", "\"\u{1}\"", "[1] 2", "\"\\x\"", "-", "{\"a\":1,}",
        "\"\\u12\"",
    ])
    func `what is not JSON is refused`(text: String) {
        #expect(throws: JSONError.self) { try JSON.parse(text) }
    }

    @Test func `deep nesting is refused instead of exhausting the stack`() {
        #expect(throws: JSONError.self) { try JSON.parse(String(repeating: "[", count: 100_000)) }
    }

    @Test func `setting nil removes a member and a repeated key keeps its last value`() throws {
        var value = try JSON.parse(#"{"a":1,"b":2,"a":3}"#)
        #expect(value.text == #"{"a":3,"b":2}"#)
        value["a"] = nil
        #expect(value.text == #"{"b":2}"#)
    }

    @Test(arguments: [3, 16, 17, 18, 100])
    func `an object keeps its order and finds each member, however many there are`(count: Int) throws {
        let names = (0..<count).map { "member\($0)" }
        var object = JSONObject(names.map { ($0, .integer($0.utf8.count)) })
        object["member1"] = "other"
        #expect(object.keys == names)
        #expect(object["member1"] == "other")
        #expect(object["absent"] == nil)
        object["member0"] = nil
        #expect(object.keys == Array(names.dropFirst()))
        for name in names.dropFirst() { #expect(object[name] != nil, "\(name)") }
        object["last"] = true
        #expect(object.keys.last == "last")
        let turned = JSONObject(object.reversed().map { ($0.key, $0.value) })
        #expect(turned == object && turned.hashValue == object.hashValue)
        object["last"] = false
        #expect(turned != object)
    }

    @Test(arguments: [0, 40])
    func `two spellings of one letter are two members`(_ others: Int) throws {
        let composed = "\u{e9}"
        let decomposed = "e\u{301}"
        var object = JSONObject((0..<others).map { ("\($0)", JSON.integer($0)) })
        object[composed] = 1
        object[decomposed] = 2
        #expect(object.count == others + 2)
        #expect(object[composed] == 1 && object[decomposed] == 2)
        let text = JSON.object(object).text
        #expect(try JSON.parse(text).text.utf8.elementsEqual(text.utf8))
        #expect(JSON.string(composed) != .string(decomposed) && JSON.string(composed) == .string("\u{e9}"))
        #expect(JSON.array([.string(composed)]) != [.string(decomposed)])
        object[composed] = nil
        #expect(object[composed] == nil && object[decomposed] == 2)
    }

    @Test func `integers are read from whole numbers in any spelling and from nothing else`() throws {
        #expect(try JSON.parse("2.0").intValue == 2)
        #expect(try JSON.parse("2.5").intValue == nil)
        #expect(try JSON.parse("9223372036854775808").intValue == nil)
    }
}

@Suite("Coding values as JSON", .timeLimit(.minutes(3)))
struct JSONCodingTests {
    struct Inner: Codable, Equatable {
        var id: Int64
        var extra: JSON
    }
    struct Outer: Codable, Equatable {
        enum Kind: String, Codable { case one, two }
        var name: String
        var kind: Kind
        var note: String?
        var inner: [Inner]
        var map: [String: Double]
    }

    @Test func `a value round-trips and its nil members are left out`() throws {
        let value = Outer(
            name: "n", kind: .two, note: nil,
            inner: [Inner(id: 1, extra: ["big": .number(.init(grammatical: "1.10"))])],
            map: ["x": 1.5])
        let json = try JSON.encode(value)
        #expect(json.text == #"{"name":"n","kind":"two","inner":[{"id":1,"extra":{"big":1.10}}],"map":{"x":1.5}}"#)
        #expect(try json.decode(Outer.self) == value)
    }

    @Test func `a missing member is named`() throws {
        do {
            _ = try JSON.parse(#"{"name":"n","kind":"one","inner":[{"extra":1}],"map":{}}"#).decode(Outer.self)
            Issue.record("decoding succeeded")
        } catch DecodingError.keyNotFound(let key, let context) {
            #expect(key.stringValue == "id")
            #expect(context.codingPath.map(\.stringValue) == ["inner", "0"])
        }
    }

    @Test func `bytes are replaced wherever they stand`() {
        #expect("aaab aab b".replacing(bytesOf: "aab", with: "-") == "a- - b")
        #expect("key\u{301}: key\r\n".replacing(bytesOf: "key", with: "*").utf8.elementsEqual("*\u{301}: *\r\n".utf8))
        #expect("a\r\nb".replacing(bytesOf: "a\r", with: "") == "\nb")
        #expect("same".replacing(bytesOf: "", with: "x") == "same")
    }

    @Test func `bare values and arrays are coded too`() throws {
        #expect(try JSON.encode([1, 2]).text == "[1,2]")
        #expect(try JSON.encode("x") == .string("x"))
        #expect(try JSON.parse("[[1],[]]").decode([[Int]].self) == [[1], []])
    }
}
