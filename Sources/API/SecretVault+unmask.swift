import JSON
import SQL
import Secrets

extension SecretVault {
    /// The configuration with the stored secret in the place of each mask. A mask that stands for nothing stays.
    func unmask(
        _ configuration: JSON, schema: SecretSchema, with stored: JSON, in session: any Session
    ) throws -> JSON {
        try schema.mapSecrets(in: configuration) { value, path in
            guard value == .string(SecretVault.mask) else { return value }
            let kept = path.reduce(stored as JSON?) { found, key in
                found.flatMap { inner in inner.arrayValue == nil ? inner[key] : Int(key).flatMap { inner[$0] } }
            }
            return try kept.map { try hydrate($0, in: session).configuration } ?? value
        }
    }
}
