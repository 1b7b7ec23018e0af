import SQL

extension DatabaseError {
    /// Whether what was to be stored or read is at fault, such as a name that no column takes: another try would bring
    /// the same again.
    var isAboutData: Bool {
        switch code {
        case .other, .constraintViolation, .uniqueViolation, .decoding: true
        case .unavailable, .refused, .conflict, .cancelled, .full: false
        }
    }
}
