/// One argument of a connector.
package enum ConnectorWord: Hashable, Sendable, ExpressibleByStringLiteral {
    case word(String)
    /// The path of a file with this name and content, 0600 and gone with the attempt. A name is used once.
    case file(String, [UInt8])

    package init(stringLiteral word: String) { self = .word(word) }

    func word(in directory: String) -> String {
        switch self {
        case .word(let word): word
        case .file(let name, _): "\(directory)/\(name)"
        }
    }
}
