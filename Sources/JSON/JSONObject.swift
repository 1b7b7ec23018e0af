/// The members of a JSON object in the order they were given; of a repeated key the last value counts.
///
/// Keys are told apart by their bytes (RFC 8259, section 8.3), not as Swift compares texts: it takes two spellings of one
/// letter for the same.
package struct JSONObject: Sendable {
    package typealias Member = (key: String, value: JSON)

    private var members: [Member] = []
    /// Where the key stands, kept once there are so many members that looking through them would take longer.
    private var places: [Name: Int] = [:]

    private static let mostLookedThrough = 16

    package init() {}

    package init(_ pairs: some Sequence<(String, JSON)>) {
        members.reserveCapacity(pairs.underestimatedCount)
        for (key, value) in pairs { self[key] = value }
    }

    package var keys: [String] { members.map(\.key) }
    package var count: Int { members.count }
    package var isEmpty: Bool { members.isEmpty }

    /// The member of that name; setting nil removes it, setting a present one keeps its place.
    package subscript(_ key: String) -> JSON? {
        get { place(of: key).map { members[$0].value } }
        set {
            switch (place(of: key), newValue) {
            case (let place?, let value?): members[place].value = value
            case (nil, let value?): append(key, value)
            case (let place?, nil): remove(at: place)
            case (nil, nil): break
            }
        }
    }

    private struct Name: Hashable {
        let text: String

        static func == (a: Name, b: Name) -> Bool { a.text.hasSameBytes(as: b.text) }
    }

    private func place(of key: String) -> Int? {
        if members.count > Self.mostLookedThrough { return places[Name(text: key)] }
        return members.firstIndex { $0.key.hasSameBytes(as: key) }
    }

    private mutating func append(_ key: String, _ value: JSON) {
        members.append((key, value))
        if members.count == Self.mostLookedThrough + 1 {
            indexMembers()
        } else if members.count > Self.mostLookedThrough {
            places[Name(text: key)] = members.count - 1
        }
    }

    private mutating func remove(at place: Int) {
        members.remove(at: place)
        places = [:]
        if members.count > Self.mostLookedThrough { indexMembers() }
    }

    private mutating func indexMembers() {
        for (place, member) in members.enumerated() { places[Name(text: member.key)] = place }
    }
}

extension JSONObject: Sequence {
    package func makeIterator() -> IndexingIterator<[Member]> { members.makeIterator() }
    package var underestimatedCount: Int { members.count }
}

/// Two objects are equal when they hold the same members, in whatever order.
extension JSONObject: Hashable {
    package static func == (a: JSONObject, b: JSONObject) -> Bool {
        a.count == b.count && a.members.allSatisfy { b[$0.key] == $0.value }
    }

    package func hash(into hasher: inout Hasher) {
        var sum = 0
        for (key, value) in members {
            var member = Hasher()
            member.combine(key)
            member.combine(value)
            sum ^= member.finalize()
        }
        hasher.combine(sum)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
}
