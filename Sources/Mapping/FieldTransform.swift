import Crypto

/// Makes hexadecimal digits of a field's text.
protocol FieldTransform: AnyObject {
    /// Appends nothing where it throws.
    func appendHex(of text: UnsafeBufferPointer<UInt8>, to out: inout [UInt8]) throws(CryptoError)
}

extension MessageDigest: FieldTransform {}

extension AESCipher: FieldTransform {
    func appendHex(of text: UnsafeBufferPointer<UInt8>, to out: inout [UInt8]) throws(CryptoError) {
        Hex.append(try seal(Array(text)), to: &out)
    }
}

extension RSAPublicKey: FieldTransform {
    func appendHex(of text: UnsafeBufferPointer<UInt8>, to out: inout [UInt8]) throws(CryptoError) {
        Hex.append(try seal(Array(text)), to: &out)
    }
}
