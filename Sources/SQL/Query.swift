/// SQL text with its bound values.
///
/// Interpolating a value binds it (`$1`, `$2` …); interpolating a `Fragment` splices it. There is no way to splice a
/// run-time string, so a query cannot be injected into.
package struct Query: Sendable, ExpressibleByStringInterpolation {
    package let text: String
    package let values: [SQLValue]

    package init(stringLiteral text: String) {
        self.text = text
        values = []
    }

    package init(stringInterpolation builder: StringInterpolation) {
        text = builder.text
        values = builder.values
    }

    /// SQL that the program itself made up: migrations, and names quoted by the caller.
    package init(trusted text: String, _ values: [SQLValue] = []) {
        self.text = text
        self.values = values
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        var text: String
        var values: [SQLValue] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            text = ""
            text.reserveCapacity(literalCapacity + interpolationCount * 3)
        }

        package mutating func appendLiteral(_ literal: String) { text += literal }

        package mutating func appendInterpolation(_ value: some SQLBindable) {
            values.append(value.sqlValue)
            text += "$\(values.count)"
        }

        /// Binds NULL for nil.
        package mutating func appendInterpolation<Value: SQLBindable>(_ value: Value?) {
            appendInterpolation(value.sqlValue)
        }

        /// A list in parentheses for `IN`; an empty one matches nothing.
        package mutating func appendInterpolation(list: [some SQLBindable]) {
            if list.isEmpty {
                text += "(NULL)"
                return
            }
            text += "("
            for (index, value) in list.enumerated() {
                if index > 0 { text += ", " }
                appendInterpolation(value)
            }
            text += ")"
        }

        package mutating func appendInterpolation(_ fragment: Fragment) { text += fragment.text }

        /// Splices another query, its values renumbered.
        package mutating func appendInterpolation(_ query: Query) {
            text += query.renumbered(from: values.count)
            values += query.values
        }
    }

    /// The text with `$1` written as `$(1 + offset)` and so on.
    private func renumbered(from offset: Int) -> String {
        guard offset > 0, !values.isEmpty else { return text }
        var result = ""
        var digits: String?
        for character in text {
            if let number = digits {
                if character.isASCII, character.isNumber {
                    digits = number + String(character)
                    continue
                }
                result += Int(number).map { "$\($0 + offset)" } ?? "$" + number
                digits = nil
            }
            if character == "$" { digits = "" } else { result.append(character) }
        }
        if let number = digits { result += Int(number).map { "$\($0 + offset)" } ?? "$" + number }
        return result
    }
}

/// A piece of SQL written in the source code; the only thing but a bound value that a `Query` takes in.
package struct Fragment: Sendable, ExpressibleByStringLiteral {
    package let text: String
    package init(stringLiteral text: StaticString) { self.text = text.description }
}
