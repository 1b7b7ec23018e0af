import HTTP
import Testing

struct HTTPTargetTests {
    @Test(arguments: [
        ("/", "/"), ("//a///b/", "/a/b"), ("/a%20b", "/a b"), ("/%41", "/A"), ("/%252e%252e", "/%2e%2e"),
        ("/caf%C3%A9?x=1", "/café"), ("/a+b", "/a+b"), ("/...", "/..."), ("/a:b;c=d", "/a:b;c=d"),
    ])
    func `a path has one spelling`(_ raw: String, _ path: String) throws {
        #expect(try HTTPTarget(Array(raw.utf8)).path == path)
    }

    @Test(arguments: [
        "", "a", "http://a/b", "/..", "/a/../b", "/.", "/%2e", "/%2E%2e", "/a%2Fb", "/a%5cb", "/a\\b", "/%00",
        "/%0d%0a",
        "/%", "/%4", "/%zz", "/%c0%af", "/%ff", "/%ed%a0%80", "/a b", "/a\tb", "/é", "/a%7f", "/?a=%00", "/?%c0%ae",
    ])
    func `a path with a second meaning is refused`(_ raw: String) {
        #expect(throws: HTTPError.self) { try HTTPTarget(Array(raw.utf8)) }
    }

    @Test func `the query is decoded, in its order`() throws {
        let query = try HTTPTarget(Array("/a?x=1&y=a+b%26&x=2&empty=&bare&&z=a=b".utf8)).query
        #expect(query.items.map(\.name) == ["x", "y", "x", "empty", "bare", "z"])
        #expect(query["x"] == "1")
        #expect(query.all("x") == ["1", "2"])
        #expect(query["y"] == "a b&")
        #expect(query["bare"] == "")
        #expect(query["z"] == "a=b")
        #expect(query["none"] == nil)
        #expect(throws: HTTPError.self) {
            try HTTPQuery(form: Array(repeating: "a", count: 600).joined(separator: "&").utf8)
        }
    }
}
