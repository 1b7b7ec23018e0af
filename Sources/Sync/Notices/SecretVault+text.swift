import HTTPClient
import JSON
import SQL
import Secrets

extension SecretVault {
    /// The one text that a stored reference stands for. Throws `HTTPCallError.Code.refused` where it cannot be had: a call
    /// without it would be worth nothing, and trying again would not help.
    func text(of stored: JSON, in session: any Session) throws -> String {
        do {
            if let text = try hydrate(stored, in: session).configuration.stringValue { return text }
        } catch let error as DatabaseError {
            throw error
        } catch {}
        throw HTTPCallError(
            .refused, "The secret that the call needs is no longer stored or does not open; enter it again.")
    }
}
