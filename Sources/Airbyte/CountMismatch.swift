/// What becomes of an attempt whose counts of records do not agree although both connectors ended well.
package enum CountMismatch: String, Sendable, Hashable, Codable, CaseIterable {
    case fail, warn
}
