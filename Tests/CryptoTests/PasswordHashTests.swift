import Crypto
import Testing

@Suite("Password hashes", .timeLimit(.minutes(3)))
struct PasswordHashTests {
    @Test func `a password matches its own hash and nothing else does`() async throws {
        let hash = try await PasswordHash(of: "geheim")
        #expect(hash.text.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(try await hash.matches("geheim"))
        for other in ["Geheim", "geheim ", "", "geheim\u{0}", String(repeating: "g", count: 5000)] {
            #expect(try await !hash.matches(other))
        }
        #expect(try await PasswordHash(of: "geheim") != hash, "each has its own salt")
    }

    @Test func `a hash of another program is read`() async throws {
        // By the argon2 command: printf geheim | argon2 somesalt1234 -id -t 1 -m 10 -p 1 -l 16 -e
        let hash = PasswordHash(text: "$argon2id$v=19$m=1024,t=1,p=1$c29tZXNhbHQxMjM0$bkgMvwXoiF557bqrQVon+Q")
        #expect(try await hash.matches("geheim"))
        #expect(try await !hash.matches("other"))
    }

    @Test func `many at once all get their turn`() async throws {
        let hash = try await PasswordHash(of: "geheim")
        let right = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<20 { group.addTask { try await hash.matches(number == 7 ? "geheim" : "\(number)") } }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(right == 1)
    }

    @Test func `what is no hash is no wrong password`() async {
        await #expect(throws: CryptoError.self) { try await PasswordHash(text: "rubbish").matches("x") }
        await #expect(throws: CryptoError.self) { try await PasswordHash(of: String(repeating: "x", count: 5000)) }
    }
}
