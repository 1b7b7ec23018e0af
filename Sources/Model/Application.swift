package import Time

package typealias ApplicationID = ID<Application>

/// A program that signs in with an id and a secret and then acts for a person.
package struct Application: Sendable, Hashable {
    package let id: ApplicationID
    package var name: String
    package let clientID: String
    package let personID: PersonID
    package let createdAt: Instant

    package init(
        id: ApplicationID = ApplicationID(), name: String, clientID: String, personID: PersonID, createdAt: Instant
    ) {
        self.id = id
        self.name = name
        self.clientID = clientID
        self.personID = personID
        self.createdAt = createdAt
    }
}
