import HTTP

extension HTTPQuery {
    /// The parameter as a whole number from 0 to `limit`, or nil where it is missing; throws 422 for anything else.
    func count(_ name: String, atMost limit: Int) throws -> Int? {
        guard let text = self[name] else { return nil }
        guard let number = Int(text), (0...limit).contains(number) else {
            throw Problem.unprocessable("\(name) must be a whole number from 0 to \(limit).")
        }
        return number
    }
}
