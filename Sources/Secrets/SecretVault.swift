package import Crypto
package import JSON
package import Model
import Posix
package import SQL
import Store
package import Time

/// Keeps the secrets of configurations apart from them, each sealed in a row of its own.
///
/// A stored configuration holds `{"_secret": coordinate}` in a secret's place (protocol.md 8.1); the value is put back
/// only inside an attempt.
package struct SecretVault: Sendable {
    /// What stands for a secret in every answer.
    package static let mask = "**********"
    private static let reference = "_secret"

    let key: SealingKey

    package init(key: SealingKey) { self.key = key }

    /// Moves the secrets out of a configuration. One that equals the mask keeps the value stored before, and is refused
    /// where there is none; the rows that `stored` used and the result no longer does are deleted. A reference that was not made here is refused: it could
    /// name somebody else's secret.
    package func split(
        _ configuration: JSON, schema: SecretSchema, replacing stored: JSON?, workspace: WorkspaceID,
        in session: any Session, at time: Instant, expires: Instant? = nil
    ) throws -> JSON {
        let before = stored.map { references(in: $0) } ?? [:]
        var kept: Set<String> = []
        var made = 0
        let result = try schema.mapSecrets(in: configuration) { value, path in
            made += 1
            if value == .string(SecretVault.mask), let coordinate = before[path] {
                kept.insert(coordinate)
                return [SecretVault.reference: .string(coordinate)]
            }
            guard value != .string(SecretVault.mask) else {
                throw SecretError(
                    "\(path.joined(separator: ".")) is masked, and no value of it is stored; give the value itself.")
            }
            let coordinate = "airbyte_workspace_\(workspace)_secret_\(UUID())_v1"
            let sealed = try key.seal(value.bytes, context: coordinate)
            try session.insertSecret(coordinate, sealed: sealed, at: time, expires: expires)
            return [SecretVault.reference: .string(coordinate)]
        }
        try session.deleteSecrets(before.values.filter { !kept.contains($0) })
        guard references(in: result).count == made else {
            throw SecretError(
                "A member named \(SecretVault.reference) stands where the connector's spec has no secret; leave it out."
            )
        }
        return result
    }

    /// Puts the values back. Also returns each of them, so that they can be kept out of logs.
    package func hydrate(_ stored: JSON, in session: any Session) throws -> (configuration: JSON, secrets: [String]) {
        var secrets: [String] = []
        let configuration = try map(stored) { coordinate in
            guard let sealed = try session.sealedSecret(coordinate) else {
                throw StoreError(
                    .notFound, "secret", id: coordinate,
                    "A secret of the configuration is no longer stored; enter it again.")
            }
            let value = try JSON.parse(key.open(sealed, context: coordinate))
            collect(value, into: &secrets)
            return value
        }
        return (configuration, secrets)
    }

    /// The configuration with the mask in each secret's place.
    package static func masked(_ stored: JSON) -> JSON {
        switch stored {
        case .object(let object) where object[reference]?.stringValue != nil: .string(mask)
        case .object(let object): .object(JSONObject(object.map { ($0.key, masked($0.value)) }))
        case .array(let elements): .array(elements.map(masked))
        default: stored
        }
    }

    /// Deletes every secret that a stored configuration uses.
    package func forget(_ stored: JSON, in session: any Session) throws {
        try session.deleteSecrets(Array(references(in: stored).values))
    }

    /// Seals a whole configuration that is used once and not saved; its row expires by itself.
    package func deposit(
        _ configuration: JSON, workspace: WorkspaceID, in session: any Session, at time: Instant
    ) throws -> String {
        let coordinate = "airbyte_workspace_\(workspace)_ephemeral_\(UUID())_v1"
        let sealed = try key.seal(configuration.bytes, context: coordinate)
        try session.insertSecret(coordinate, sealed: sealed, at: time, expires: time + .seconds(7200))
        return coordinate
    }

    /// The same text for the same configuration, which gives none of it away.
    package func fingerprint(of configuration: JSON) -> String {
        key.fingerprint(of: configuration.bytes, context: "configuration").description
    }

    /// What `deposit` sealed.
    package func withdraw(_ coordinate: String, in session: any Session) throws -> JSON {
        guard let sealed = try session.sealedSecret(coordinate) else {
            throw StoreError(.notFound, "configuration", id: coordinate, "The configuration to check has expired.")
        }
        return try JSON.parse(key.open(sealed, context: coordinate))
    }

    /// Every text inside the secret members of a plain configuration.
    package static func secrets(in configuration: JSON, schema: SecretSchema) -> [String] {
        var found: [String] = []
        _ = schema.mapSecrets(in: configuration) { value, _ in
            collect(value, into: &found)
            return value
        }
        return found
    }

    private func map(_ value: JSON, _ change: (String) throws -> JSON) rethrows -> JSON {
        switch value {
        case .object(let object):
            if let coordinate = object[SecretVault.reference]?.stringValue { return try change(coordinate) }
            return .object(JSONObject(try object.map { ($0.key, try map($0.value, change)) }))
        case .array(let elements): return .array(try elements.map { try map($0, change) })
        default: return value
        }
    }

    private func references(in stored: JSON, at path: [String] = []) -> [[String]: String] {
        switch stored {
        case .object(let object):
            if let coordinate = object[SecretVault.reference]?.stringValue { return [path: coordinate] }
            return object.reduce(into: [:]) { found, member in
                found.merge(references(in: member.value, at: path + [member.key])) { first, _ in first }
            }
        case .array(let elements):
            return elements.enumerated().reduce(into: [:]) { found, element in
                found.merge(references(in: element.element, at: path + [String(element.offset)])) { first, _ in first }
            }
        default: return [:]
        }
    }
}

private func collect(_ value: JSON, into secrets: inout [String]) {
    switch value {
    case .string(let text): secrets.append(text)
    case .number(let number): secrets.append(number.text)
    case .object(let object): for member in object { collect(member.value, into: &secrets) }
    case .array(let elements): for element in elements { collect(element, into: &secrets) }
    default: break
    }
}
