/// Why something could not be sealed or opened.
package struct CryptoError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// The key is of another length or kind.
        case badKey
        /// The bytes were sealed with another key, or were changed.
        case forged
        /// The token was good once.
        case expired
        /// The data has a length that the cipher does not take.
        case notWhole
        /// libcrypto failed in a way that has nothing to do with the data.
        case library
    }

    package let code: Code
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
