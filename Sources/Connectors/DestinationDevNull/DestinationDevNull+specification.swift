import ConnectorKit
package import JSON

extension DestinationDevNull {
    package static let specification = Specification.destination(
        Settings.self, title: "Destination that keeps nothing",
        documentation: "https://docs.airbyte.com/integrations/destinations/dev-null")

    struct Settings: ConnectorSettings {
        @Option("Behaviour", "What it does with records besides forgetting them.", isRequired: true)
        var testDestination = Behaviour.silent
    }
}
