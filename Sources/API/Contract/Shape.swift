/// What a value on the wire looks like.
///
/// Members of an object are written as a literal; the name of one that may be missing ends with `?`:
/// `.object("TagRead", ["tagId": .uuid, "name": .string, "color?": .string])`.
package indirect enum Shape: Sendable, Hashable {
    case string
    case uuid
    /// `2026-01-31T09:30:00Z`.
    case time
    case uri
    case integer
    case number
    case boolean
    /// One of these words; compared without regard to case where it is read.
    case word([String])
    case list(Shape)
    /// An object whose members, of any name, look like this.
    case map(Shape)
    /// An object with a name in the description, or without one ("").
    case object(String, Members)
    /// A shape that is described elsewhere under its name; for shapes that hold themselves.
    case named(String)
    case oneOf([Shape])
    /// Any JSON.
    case any

    package struct Members: Sendable, Hashable, ExpressibleByDictionaryLiteral {
        package struct Member: Sendable, Hashable {
            package let name: String
            package let shape: Shape
            package let isRequired: Bool
        }

        package let all: [Member]

        package init(dictionaryLiteral elements: (String, Shape)...) {
            self.init(
                elements.map { name, shape in
                    let isRequired = !name.hasSuffix("?")
                    return Member(
                        name: isRequired ? name : String(name.dropLast()), shape: shape, isRequired: isRequired)
                })
        }

        package init(_ all: [Member]) { self.all = all }

        /// Both, such as what every answer of a kind has and what one of them adds.
        package static func + (left: Members, right: Members) -> Members { Members(left.all + right.all) }

        /// The same members, none of them required: what a partial update takes.
        package var optional: Members {
            Members(all.map { Member(name: $0.name, shape: $0.shape, isRequired: false) })
        }
    }

    /// The object with further members, under another name.
    package func adding(_ name: String, _ more: Members) -> Shape {
        guard case .object(_, let members) = self else { return self }
        return .object(name, members + more)
    }

    package static func words<Word: CaseIterable & RawRepresentable<String>>(_ type: Word.Type) -> Shape {
        .word(type.allCases.map(\.rawValue))
    }
}
