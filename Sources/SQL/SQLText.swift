/// Texts of SQL that are made at run time. What ends a text is looked for among scalars: a quote with an accent behind it
/// is one character to Swift, and still a quote to a server.
package enum SQLText {
    /// A name in double quotes.
    package static func identifier(_ name: String) -> String { wrapped(name, "\"", doubling: ["\""]) }

    /// A text in single quotes, as standard SQL and the replication protocol have it.
    package static func standardLiteral(_ text: String) -> String { wrapped(text, "'", doubling: ["'"]) }

    /// A text as Postgres writes it, whatever the server makes of backslashes.
    package static func literal(_ text: String) -> String { "E" + wrapped(text, "'", doubling: ["'", "\\"]) }

    private static func wrapped(_ text: String, _ quote: Unicode.Scalar, doubling: Set<Unicode.Scalar>) -> String {
        var result = String.UnicodeScalarView([quote])
        for scalar in text.unicodeScalars {
            if doubling.contains(scalar) { result.append(scalar) }
            result.append(scalar)
        }
        result.append(quote)
        return String(result)
    }
}
