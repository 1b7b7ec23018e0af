import Notifications
import Posix
import Testing
import Time

@Suite("Signed bodies", .timeLimit(.minutes(3)))
struct SignatureTests {
    private let body = Array(#"{"type":"SYNC_SUCCEEDED","message":"ä"}"#.utf8)

    @Test func `a signature is the one that other implementations make`() {
        // printf '1800000000.{}' | openssl dgst -sha256 -hmac 'a secret of enough bytes'
        let value = Signature.value(
            of: Array("{}".utf8), secret: "a secret of enough bytes", at: Instant(seconds: 1_800_000_000))
        #expect(value == "t=1800000000,v1=9bdc739d49b6fad13beced12970204eba8bdc61f8f5953afc2b01e8dc62014bf")
    }

    @Test func `the lines of the documentation tell a good signature from others`() throws {
        let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let text = String(decoding: try SecureFile.read(root + "/docs/OPERATIONS.md", limit: 1 << 20), as: UTF8.self)
        let start = try #require(text.firstRange(of: "```python\nimport hashlib"))
        let snippet = text[start.lowerBound...].dropFirst("```python\n".count)
        let end = try #require(snippet.firstRange(of: "```"))
        let now = SystemClock().now
        let good = Signature.value(of: body, secret: "the secret", at: now)
        let old = Signature.value(of: body, secret: "the secret", at: now - .seconds(3600))
        let other = Signature.value(of: body, secret: "another one", at: now)
        let later = good.replacing("t=\(now.seconds)", with: "t=\(now.seconds + 1)")
        let script =
            String(snippet[..<end.lowerBound]) + """

                import sys
                sys.exit(0 if is_genuine(sys.argv[1].encode(), sys.argv[2], "the secret") else 3)
                """
        let python = try #require(Program.find("python3", in: "/usr/bin:" + (Environment.current["PATH"] ?? "")))
        for (body, signature, isGood) in [
            (body, good, true), (body + [32], good, false), (body, old, false), (body, other, false),
            (body, later, false),
        ] {
            let arguments = ["-c", script, String(decoding: body, as: UTF8.self), signature]
            let child = try Child.spawn(
                ChildRequest(python, arguments, environment: Environment.current.values))
            #expect(child.wait() == .exited(isGood ? 0 : 3))
        }
    }
}
