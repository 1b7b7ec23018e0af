import Posix
import Testing

/// A client of Airbyte's API that others wrote, by the name of its directory in `Tests/Clients`.
enum Client: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case plain, kestra, terraform
    case airbyteAPI = "airbyte-api-1"
    case olderAirbyteAPI = "airbyte-api-0.53"
    case airflow, dagster, prefect, pyairbyte, schemathesis

    var testDescription: String { rawValue }

    /// Those that SWIFTLET_CLIENTS names, separated by commas; all, where it is not set.
    static let chosen: [Client] = {
        guard let names = Environment.current["SWIFTLET_CLIENTS"]?.split(separator: ",") else { return allCases }
        let chosen = allCases.filter { names.contains($0.rawValue[...]) }
        precondition(!chosen.isEmpty, "SWIFTLET_CLIENTS names none of \(allCases.map(\.rawValue)).")
        return chosen
    }()

    static let directory = "\(checkout)/Tests/Clients"

    /// Where Airbyte's own descriptions of its API are, if the checkout has them beside it.
    static let descriptions = "\(checkout)/../shared/openapi"

    private static let checkout = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
}
