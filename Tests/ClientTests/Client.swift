import Posix
import Testing

/// A client of Airbyte's API that others wrote, by the name of its directory in `Tests/Clients`.
enum Client: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case plain, kestra, terraform
    case airbyteAPI = "airbyte-api-1"
    case olderAirbyteAPI = "airbyte-api-0.53"
    case airflow, dagster, prefect, pyairbyte, schemathesis

    var testDescription: String { rawValue }

    static let directory = "\(checkout)/Tests/Clients"

    /// Where Airbyte's own descriptions of its API are, if the checkout has them beside it.
    static let descriptions = "\(checkout)/../shared/openapi"

    private static let checkout = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
}
