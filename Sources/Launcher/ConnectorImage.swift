/// A definition's `dockerRepository` and `dockerImageTag`.
package struct ConnectorImage: Hashable, Sendable, CustomStringConvertible {
    package let repository: String
    package let tag: String

    package init(repository: String, tag: String) {
        self.repository = repository
        self.tag = tag
    }

    package var description: String { "\(repository):\(tag)" }
}
