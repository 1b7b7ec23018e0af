import Crypto
package import SQL
import Store
package import Time

/// One installation has one key: with two, each half of its programs could not open what the other half sealed.
extension SecretVault {
    /// Where a box lies that only the installation's key opens.
    private static let probe = "key_check"

    /// Ties the database to this key, the first time; throws where it is tied to another.
    package func tieKey(in session: any Session, at time: Instant) throws {
        if try session.sealedSecret(Self.probe) == nil {
            try session.insertSecretIfNew(
                Self.probe, sealed: key.seal(Array(Self.probe.utf8), context: Self.probe), at: time)
        }
        try verifyKey(in: session)
    }

    /// Throws where the database is tied to another key; one that is tied to none lets every key pass.
    package func verifyKey(in session: any Session) throws {
        guard let sealed = try session.sealedSecret(Self.probe) else { return }
        do throws(CryptoError) { _ = try key.open(sealed, context: Self.probe) } catch {
            guard error.code == .forged else { throw error }
            throw SecretError(
                "The secrets in this database are sealed with another key: set SWIFTLET_KEY_FILE or SWIFTLET_KEY to the "
                    + "key that was used first, which swiftlet up keeps as DATA/key. If it is lost, delete all rows of "
                    + "the table secret, start again, and enter every secret anew.")
        }
    }
}
