/// Why a record's `data` cannot be selected from or mapped.
package struct RecordDataError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        case notAnObject
        /// It begins as an object and does not go on as one.
        case malformed
        /// It names a field that a mapper needs again and again, thousands of times.
        case tooManyRepeats
    }

    package let code: Code
    /// Bytes from the start of `data`.
    package let offset: Int

    package var description: String {
        switch code {
        case .notAnObject: "The record's data is no JSON object."
        case .malformed: "The record's data is broken JSON at byte \(offset)."
        case .tooManyRepeats: "The record's data repeats its fields too often, last at byte \(offset)."
        }
    }
}
