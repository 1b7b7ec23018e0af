import Airbyte
import JSON

/// A stream that is made up.
enum FakedStream: String, CaseIterable {
    case products, users, purchases

    /// There are not more, whatever is asked for.
    static let mostProducts = 100

    func rows(_ settings: FakerSettings) -> Int {
        switch self {
        case .products: min(settings.count, Self.mostProducts)
        case .users, .purchases: settings.count
        }
    }

    /// For estimates: of a record's data.
    var typicalBytes: Int {
        switch self {
        case .products: 150
        case .users: 480
        case .purchases: 230
        }
    }

    var stream: AirbyteStream {
        AirbyteStream(
            name: rawValue, jsonSchema: ["type": "object", "properties": .object(JSONObject(fields))],
            supportedSyncModes: [.fullRefresh, .incremental], sourceDefinedCursor: true,
            defaultCursorField: ["updated_at"], sourceDefinedPrimaryKey: [["id"]], isResumable: true)
    }

    private var fields: [(String, JSON)] {
        let (text, integer): (JSON, JSON) = (["type": "string"], ["type": "integer"])
        let times = [("created_at", Self.time("string")), ("updated_at", Self.time("string"))]
        switch self {
        case .products:
            return [("id", integer), ("make", text), ("model", text), ("year", integer), ("price", ["type": "number"])]
                + times
        case .users:
            let texts = [
                "name", "title", "email", "telephone", "gender", "language", "academic_degree", "nationality",
                "occupation", "height", "blood_type",
            ]
            let address = [
                "street_number", "street_name", "city", "state", "province", "postal_code", "country_code",
            ]
            return [("id", integer)] + times + texts.map { ($0, text) } + [("age", integer), ("weight", integer)] + [
                ("address", ["type": "object", "properties": .object(JSONObject(address.map { ($0, text) }))])
            ]
        case .purchases:
            return [("id", integer), ("user_id", integer), ("product_id", integer)] + times
                + ["added_to_cart_at", "purchased_at", "returned_at"].map { ($0, Self.time(["null", "string"])) }
        }
    }

    private static func time(_ type: JSON) -> JSON {
        ["type": type, "format": "date-time", "airbyte_type": "timestamp_with_timezone"]
    }
}
