package import Airbyte
import JSON
package import Model
package import SQL
package import Time

/// Mappers hold secrets too: the keys that they encrypt with. They are kept like those of connectors.
extension SecretVault {
    /// By stream and mapper, so that a key is found again wherever its mapper has moved in the list.
    private static let mapperSecrets = SecretSchema([
        "additionalProperties": ["additionalProperties": ["properties": ["key": ["airbyte_secret": true]]]]
    ])

    /// Moves the secrets out of the mappers, each of which has an id. A masked one keeps the value that `stored` has of
    /// the same mapper; secrets that `stored` used and the result no longer does are deleted.
    package func split(
        _ treatments: [StreamTreatment], replacing stored: [StreamTreatment], workspace: WorkspaceID,
        in session: any Session, at time: Instant
    ) throws -> [StreamTreatment] {
        let configurations = try split(
            Self.configurations(of: treatments), schema: Self.mapperSecrets,
            replacing: Self.configurations(of: stored), workspace: workspace, in: session, at: time)
        return treatments.map { treatment in
            var copy = treatment
            let own = configurations[treatment.stream.json.text]
            copy.mappers = treatment.mappers.map { mapper in
                var mapper = mapper
                mapper["config"] = mapper["id"]?.stringValue.flatMap { own?[$0] }
                return mapper
            }
            return copy
        }
    }

    /// Puts the secrets back. Also returns each of them, so that they can be kept out of logs.
    package func hydrate(
        _ treatments: [StreamTreatment], in session: any Session
    ) throws -> (treatments: [StreamTreatment], secrets: [String]) {
        var secrets: [String] = []
        let plain = try treatments.map { treatment in
            var copy = treatment
            copy.mappers = try treatment.mappers.map { mapper in
                let (mapper, found) = try hydrate(mapper, in: session)
                secrets += found
                return mapper
            }
            return copy
        }
        return (plain, secrets)
    }

    /// Deletes every secret of these mappers.
    package func forget(_ treatments: [StreamTreatment], in session: any Session) throws {
        try forget(Self.configurations(of: treatments), in: session)
    }

    private static func configurations(of treatments: [StreamTreatment]) -> JSON {
        var all: JSON = [:]
        for treatment in treatments {
            var own: JSON = [:]
            for mapper in treatment.mappers {
                if let id = mapper["id"]?.stringValue { own[id] = mapper["config"] ?? [:] }
            }
            all[treatment.stream.json.text] = own
        }
        return all
    }
}
