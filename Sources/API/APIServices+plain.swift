import JSON
import Model
import SQL
import Store

extension APIServices {
    /// A changed configuration of a saved connector with the stored secrets in the place of their masks. Throws 422 where
    /// it does not fulfill the specification.
    func plain(_ configuration: JSONObject, for connector: Connector) async throws -> JSON {
        try await database.read { session in
            let definition = try session.definition(of: connector)
            let plain = try vault.unmask(
                .object(configuration), schema: definition.secretSchema, with: connector.configuration, in: session)
            try definition.validate(plain, with: self)
            return plain
        }
    }
}
