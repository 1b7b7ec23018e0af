/// Why a run failed, as it is kept.
package struct RunFailure: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// The error's type.
    package let kind: String
    package let message: String

    package init(kind: String, message: String) {
        self.kind = kind
        self.message = message
    }

    /// Keeps an error's own words, cut to 4,000 characters.
    package init(_ error: any Error) {
        let cause = (error as? GiveUp)?.cause ?? error
        if let failure = cause as? RunFailure {
            self = failure
        } else {
            kind = String(reflecting: type(of: cause))
            message = String(String(describing: cause).prefix(4000))
        }
    }

    package var description: String { message }
}
