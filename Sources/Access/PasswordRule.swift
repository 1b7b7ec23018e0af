import Crypto

/// What a new password must be.
package enum PasswordRule {
    package static let shortest = 8

    /// A sentence that says what is wrong with it; nil where nothing is.
    package static func complaint(about password: String) -> String? {
        if password.unicodeScalars.count < shortest { return "A password has at least \(shortest) characters." }
        if password.utf8.count > PasswordHash.longestPassword {
            return "A password has at most \(PasswordHash.longestPassword) bytes."
        }
        return nil
    }
}
