import JSON

/// A field's value as text.
enum FieldText {
    /// There is none: the value is null, or broken inside.
    case none
    /// It stands in the record as it is.
    case bytes(UnsafeBufferPointer<UInt8>)
    case decoded([UInt8])

    func with<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result? {
        switch self {
        case .none: nil
        case .bytes(let bytes): body(bytes)
        case .decoded(let bytes): bytes.withUnsafeBufferPointer(body)
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The bytes from one index up to another.
    func slice(_ start: Int, _ end: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: self[start..<end])
    }

    /// The UTF-8 of a JSON string that is given with its quotes; nil where an escape is broken.
    var decodedText: [UInt8]? { (try? JSON.parse(self))?.stringValue.map { Array($0.utf8) } }
}
