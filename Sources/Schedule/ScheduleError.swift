/// Why a schedule cannot be used.
package struct ScheduleError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// The cron expression cannot be read.
        case badExpression
        /// The name of the time zone is none.
        case badTimeZone
    }

    package let code: Code
    /// What is wrong and what is allowed.
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// A piece of what was given, cut to a length that fits into a sentence.
    static func quoted(_ text: some StringProtocol) -> String {
        // Scalars, for a character may be of any length.
        "\"\(String(String.UnicodeScalarView(text.unicodeScalars.prefix(24))))\""
    }

    package var description: String { message }
}
