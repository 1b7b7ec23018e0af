/// Where an attempt of a job begins: told to a destination that remembers its commits, so that it can take back the rows
/// that no saved state covers. No part of Airbyte's protocol (docs/decisions/0019-taking-back-rows.md).
package struct ResumePoint: Sendable, Codable {
    /// The member of a destination's specification that says that `write` takes `--resume FILE` with this.
    package static let specificationMember = "swiftletResumes"

    /// Of all platforms that write to one database, no two have the same.
    package var connection: String
    package var job: Int64
    /// Counts from 0.
    package var attempt: Int
    /// What is saved, under the destination's names.
    package var state: ConnectionState

    package init(connection: String, job: Int64, attempt: Int, state: ConnectionState) {
        self.connection = connection
        self.job = job
        self.attempt = attempt
        self.state = state
    }
}
