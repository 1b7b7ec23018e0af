import Access
import HTTP
import Model

extension HTTPRequest {
    /// Who asks; set before a handler runs.
    var caller: Caller { (principal as? Caller) ?? .nobody }
}

extension Caller {
    /// Someone who has not signed in.
    static let nobody = Caller(personID: Person.first, name: "nobody", email: "", method: .none, grants: Grants())
}
