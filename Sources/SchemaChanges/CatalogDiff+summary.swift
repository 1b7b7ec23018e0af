import Airbyte

extension CatalogDiff {
    /// The changes in a few words, for a log line: the names of what came, went and changed, the first of them only.
    package var summary: String {
        let most = 5
        let parts = transforms.prefix(most).map(\.summary)
        let rest = transforms.count - parts.count
        return (parts + (rest > 0 ? ["\(rest) more streams"] : [])).joined(separator: "; ")
    }
}

extension StreamTransform {
    fileprivate var summary: String {
        switch change {
        case .added: return "stream \(descriptor) is new"
        case .removed: return "stream \(descriptor) is gone"
        case .updated(let fields, let attributes):
            let most = 8
            var parts = fields.prefix(most).map(\.summary)
            if fields.count > most { parts.append("\(fields.count - most) more fields") }
            if !attributes.isEmpty { parts.append("its primary key changed") }
            return "stream \(descriptor): \(parts.joined(separator: ", "))"
        }
    }
}

extension FieldTransform {
    fileprivate var summary: String {
        let name = path.joined(separator: ".")
        return switch change {
        case .added: "\(name) added"
        case .removed: "\(name) removed"
        case .updated: "\(name) changed"
        }
    }
}
