import CArgon2
import Posix

/// A password as it is stored: argon2id (RFC 9106) in PHC form, with its salt and its cost inside.
///
/// A hash takes 19 MiB and some tens of milliseconds on a thread of its own; at most two are made at a time, and
/// everybody else waits.
package struct PasswordHash: Sendable, Hashable {
    /// OWASP's cost for argon2id: small enough for two at a time on a small machine.
    private static let passes: UInt32 = 2
    private static let kibibytes: UInt32 = 19 * 1024
    private static let lanes: UInt32 = 1
    private static let saltSize = 16
    private static let hashSize = 32
    private static let seats = Seats(2)
    /// A longer one is refused before it costs anything.
    package static let longestPassword = 1024

    /// `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`
    package let text: String

    /// A hash read back from where it was stored.
    package init(text: String) { self.text = text }

    /// Throws `.badKey` for a password that is too long.
    package init(of password: String) async throws(CryptoError) {
        guard password.utf8.count <= Self.longestPassword else {
            throw CryptoError(.badKey, "A password has at most \(Self.longestPassword) bytes.")
        }
        await Self.seats.take()
        let result: Result<String, CryptoError> = await Thread.value { Self.hash(Array(password.utf8)) }
        await Self.seats.give()
        text = try result.get()
    }

    /// Whether this is the password's hash. Throws where the hash cannot be made, for want of memory or because what
    /// is stored is none.
    package func matches(_ password: String) async throws(CryptoError) -> Bool {
        guard password.utf8.count <= Self.longestPassword else { return false }
        await Self.seats.take()
        let status = await Thread.value { [text] in
            let password = Array(password.utf8)
            return argon2id_verify(text, password, password.count)
        }
        await Self.seats.give()
        if status == ARGON2_OK.rawValue { return true }
        guard status == ARGON2_VERIFY_MISMATCH.rawValue else { throw Self.failure(status) }
        return false
    }

    private static func hash(_ password: [UInt8]) -> Result<String, CryptoError> {
        var random = SystemRandomNumberGenerator()
        let salt = (0..<saltSize).map { _ in UInt8.random(in: 0...255, using: &random) }
        let length = argon2_encodedlen(
            passes, kibibytes, lanes, UInt32(saltSize), UInt32(hashSize), Argon2_id)
        var encoded = [CChar](repeating: 0, count: length)
        let status = argon2id_hash_encoded(
            passes, kibibytes, lanes, password, password.count, salt, salt.count, hashSize, &encoded, encoded.count)
        guard status == ARGON2_OK.rawValue else { return .failure(failure(status)) }
        return .success(
            String(decoding: encoded.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    private static func failure(_ status: CInt) -> CryptoError {
        CryptoError(.library, "libargon2 failed: \(String(cString: argon2_error_message(status))).")
    }
}

/// So many may go on at a time; the others wait in the order they came.
private actor Seats {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = count }

    func take() async {
        if free > 0 {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func give() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
