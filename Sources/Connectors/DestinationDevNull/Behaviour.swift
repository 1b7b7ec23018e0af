import ConnectorKit

/// What the destination does with records besides forgetting them.
enum Behaviour {
    case silent
    case logging(RecordSample.Rule)
    /// Waits so many milliseconds with each record.
    case throttled(Int)
    /// Fails once it has taken so many records.
    case failing(Int)

    /// Without a `test_destination` it is silent.
    init(_ configuration: Configuration) throws {
        guard let section = try configuration.section("test_destination") else {
            self = .silent
            return
        }
        switch try section.required("test_destination_type") {
        case "SILENT": self = .silent
        case "LOGGING":
            guard let logging = try section.section("logging_config") else {
                throw ConnectorError(.config, "LOGGING needs a \"logging_config\" that says which records to log.")
            }
            self = .logging(try RecordSample.Rule(logging))
        case "THROTTLED": self = .throttled(try section.integer("millis_per_record", in: 0...60_000) ?? 0)
        case "FAILING": self = .failing(try section.integer("num_messages", in: 0...Int.max) ?? 0)
        case let type:
            throw ConnectorError(
                .config,
                "test_destination_type is \(type.prefix(40)); it must be SILENT, LOGGING, THROTTLED or FAILING.")
        }
    }
}
