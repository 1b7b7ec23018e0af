import ConnectorKit
package import JSON

extension SourceFaker {
    package static let specification = Specification.source(
        FakerSettings.self, title: "Sample data source",
        documentation: "https://docs.airbyte.com/integrations/sources/faker")
}
