/// A random text that nobody can guess: 256 bits in 43 letters.
package enum SecretText {
    package static func make() -> String {
        var source = SystemRandomNumberGenerator()
        return Base64.urlText((0..<32).map { _ in UInt8.random(in: 0...255, using: &source) })
    }
}
