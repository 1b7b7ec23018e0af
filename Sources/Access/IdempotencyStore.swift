import Crypto
import Model
import Posix
package import SQL
import Store
import Time

/// Sees to it that a request that is sent again under the same `Idempotency-Key` is carried out once, and answered the
/// same.
///
/// Whoever carries one out holds it, and renews the hold; when the program dies, the hold lapses within a minute and
/// the next request of the key is carried out. One that died between its change and its answer is then carried out
/// twice, unless the answer was kept in the transaction of the change.
package struct IdempotencyStore: Sendable {
    private static let hold = Duration.seconds(60)
    private static let longestAnswer = 16 << 20

    package struct Request: Sendable {
        let keyHash: String
        let bodyHash: String

        /// - Parameter scope: tells callers apart: `Caller.idempotencyScope`.
        /// - Returns: nil where the key is no 1 to 255 printable ASCII characters.
        package init?(key: String, scope: String, operation: String, body: [UInt8]) {
            guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
                return nil
            }
            keyHash = SHA256(of: "\(scope)\n\(operation)\n\(key)").description
            bodyHash = SHA256(of: body).description
        }
    }

    package struct Answer: Sendable, Hashable {
        package let status: Int
        package let contentType: String
        package let body: [UInt8]

        package init(status: Int, contentType: String, body: [UInt8]) {
            self.status = status
            self.contentType = contentType
            self.body = body
        }
    }

    /// Who carries the request out.
    package struct Holder: Sendable {
        let keyHash: String
        let id: UUID
    }

    package enum Beginning: Sendable {
        /// Carry it out, then call `finish` or `abandon`.
        case first(Holder)
        case answered(Answer)
        /// Somebody carries it out right now: 409.
        case underWay
        /// The key was used for another body: 422.
        case otherRequest
    }

    let database: any Database
    let key: SealingKey

    package func begin(_ request: Request) async throws -> Beginning {
        let holder = Holder(keyHash: request.keyHash, id: UUID())
        let stored = try await database.write { session -> StoredRequest? in
            let now = Instant(microseconds: try session.now())
            let isHeld = try session.holdRequest(
                request.keyHash, requestHash: request.bodyHash, holder: holder.id, until: now + Self.hold, at: now)
            return isHeld ? nil : try session.idempotentRequest(request.keyHash)
        }
        guard let stored else { return .first(holder) }
        guard stored.requestHash == request.bodyHash else { return .otherRequest }
        guard let status = stored.status, let sealed = stored.sealedAnswer else { return .underWay }
        return .answered(try open(sealed, status, request.keyHash))
    }

    /// Keeps the answer for those who ask again.
    package func finish(_ holder: Holder, _ answer: Answer) async throws {
        try await database.write { try finish(holder, answer, in: $0) }
    }

    /// As `finish`, in the transaction of the change itself.
    package func finish(_ holder: Holder, _ answer: Answer, in session: any Session) throws {
        guard answer.body.count <= Self.longestAnswer else {
            return try session.dropRequest(holder.keyHash, holder: holder.id)
        }
        let plain = Array(answer.contentType.utf8) + [UInt8(ascii: "\n")] + answer.body
        let sealed = try key.seal(plain, context: context(holder.keyHash))
        _ = try session.answerRequest(holder.keyHash, holder: holder.id, status: answer.status, sealed: sealed)
    }

    /// Nothing was changed: the next request of the key is carried out.
    package func abandon(_ holder: Holder) async throws {
        try await database.write { try $0.dropRequest(holder.keyHash, holder: holder.id) }
    }

    /// Renews the hold; to be called more often than once a minute.
    package func keepHolding(_ holder: Holder) async throws {
        _ = try await database.write { session in
            let now = Instant(microseconds: try session.now())
            return try session.keepHoldingRequest(holder.keyHash, holder: holder.id, until: now + Self.hold)
        }
    }

    private func open(_ sealed: [UInt8], _ status: Int, _ keyHash: String) throws -> Answer {
        let plain = try key.open(sealed, context: context(keyHash))
        let end = plain.firstIndex(of: UInt8(ascii: "\n")) ?? plain.startIndex
        return Answer(
            status: status, contentType: String(decoding: plain[..<end], as: UTF8.self),
            body: Array(plain[end...].dropFirst()))
    }

    private func context(_ keyHash: String) -> String { "idempotency \(keyHash)" }
}

extension Caller {
    /// Tells callers apart whose keys must not meet.
    package var idempotencyScope: String { "\(personID) \(applicationID?.description ?? "")" }
}
