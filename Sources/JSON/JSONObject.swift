/// The members of a JSON object in the order they were given; of a repeated key the last value counts.
package struct JSONObject: Sendable {
    package private(set) var keys: [String] = []
    private var members: [String: JSON] = [:]

    package init() {}

    package init(_ pairs: some Sequence<(String, JSON)>) {
        for (key, value) in pairs { self[key] = value }
    }

    package var count: Int { keys.count }
    package var isEmpty: Bool { keys.isEmpty }

    /// The member of that name; setting nil removes it, setting a present one keeps its place.
    package subscript(_ key: String) -> JSON? {
        get { members[key] }
        set {
            if let newValue {
                if members.updateValue(newValue, forKey: key) == nil { keys.append(key) }
            } else if members.removeValue(forKey: key) != nil {
                keys.removeAll { $0 == key }
            }
        }
    }
}

extension JSONObject: Sequence {
    package func makeIterator() -> AnyIterator<(key: String, value: JSON)> {
        var index = 0
        return AnyIterator {
            while index < keys.count {
                let key = keys[index]
                index += 1
                if let value = members[key] { return (key, value) }
            }
            return nil
        }
    }
}

/// Two objects are equal when they hold the same members, in whatever order.
extension JSONObject: Hashable {
    package static func == (a: JSONObject, b: JSONObject) -> Bool { a.members == b.members }
    package func hash(into hasher: inout Hasher) { hasher.combine(members) }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
}
