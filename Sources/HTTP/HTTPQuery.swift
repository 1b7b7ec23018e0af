/// The items after "?", decoded, in their order; also what an HTML form sends.
package struct HTTPQuery: Sendable, Hashable {
    package struct Item: Sendable, Hashable {
        package let name: String
        package let value: String
    }

    package private(set) var items: [Item] = []

    static let mostItems = 512

    package init() {}

    /// Reads `name=value&…`; "+" is a space.
    package init(form bytes: some Collection<UInt8>) throws(HTTPError) {
        for part in bytes.split(separator: UInt8(ascii: "&")) {
            guard items.count < Self.mostItems else {
                throw HTTPError(.badRequest, "There are more than \(Self.mostItems) parameters.")
            }
            let end = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            let value = end == part.endIndex ? part[end...] : part[part.index(after: end)...]
            guard let name = percentDecoded(part[..<end], plusIsSpace: true),
                let text = percentDecoded(value, plusIsSpace: true, allowingBreaks: true)
            else { throw HTTPError(.badRequest, "The parameters are not percent-encoded UTF-8.") }
            items.append(Item(name: name, value: text))
        }
    }

    /// The first value of that name.
    package subscript(name: String) -> String? { items.first { $0.name == name }?.value }

    package func all(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }
}
