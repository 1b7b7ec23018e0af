/// What the engine refuses.
package struct FlowError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// A live run holds the key.
        case uniqueKeyTaken(RunID)
        case noSuchRun(RunID)
        /// One name was used for two steps in one pass.
        case stepReused(StepName)
        /// A stored value is not of the type that is asked for.
        case unreadable
        /// A setting that does not fit the others, or no number.
        case badSetting
        /// An empty or overlong name or key, or a value that cannot be written as JSON.
        case badValue
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}

/// A stored value of another shape stays so however often it is read.
extension FlowError: ClassifiedError {
    package var errorClass: ErrorClass { .config }
}
