package import JSON

/// A message of a connector, decoded; records stay bytes and are told apart by `EnvelopeScanner`.
package enum Message: Sendable, Equatable {
    case state(StateMessage)
    case log(LogMessage)
    case trace(TraceMessage)
    /// The connector asks for its stored configuration to be replaced by this one.
    case control(config: JSON)
    case spec(ConnectorSpecification)
    case connectionStatus(ConnectionStatus)
    case catalog(AirbyteCatalog)
    case destinationCatalog(DestinationCatalog)

    /// Reads a line that the scanner called a message of that kind; nil if it lacks what its kind must have.
    package static func read(_ kind: Envelope.Kind, _ line: UnsafeBufferPointer<UInt8>) -> Message? {
        switch kind {
        case .record, .rows, .malformedRecord, .other, .garbage: return nil
        default:
            // What is taken out of a message is put into messages of our own, which go deeper.
            return (try? JSON.parse(line, nesting: JSON.deepestNesting - 16)).flatMap { read(kind, $0) }
        }
    }

    static func read(_ kind: Envelope.Kind, _ json: JSON) -> Message? {
        switch kind {
        case .state: return json["state"].flatMap(StateMessage.init(json:)).map(Message.state)
        case .log: return json["log"].flatMap(LogMessage.init(json:)).map(Message.log)
        case .trace: return json["trace"].flatMap(TraceMessage.init(json:)).map(Message.trace)
        case .control:
            guard json["control"]?["type"] == "CONNECTOR_CONFIG",
                let config = json["control"]?["connectorConfig"]?["config"], config.objectValue != nil
            else { return nil }
            return .control(config: config)
        case .spec:
            guard let spec = json["spec"], spec["connectionSpecification"]?.objectValue != nil else { return nil }
            return .spec(ConnectorSpecification(json: spec))
        case .connectionStatus:
            guard let status = json["connectionStatus"],
                let outcome = status["status"]?.stringValue.flatMap(ConnectionStatus.Outcome.init(rawValue:))
            else { return nil }
            return .connectionStatus(ConnectionStatus(outcome, message: status["message"]?.stringValue))
        case .catalog:
            guard let catalog = json["catalog"] else { return nil }
            return (try? catalog.decode(AirbyteCatalog.self)).map(Message.catalog)
        case .destinationCatalog:
            guard let catalog = json["destination_catalog"] else { return nil }
            return (try? catalog.decode(DestinationCatalog.self)).map(Message.destinationCatalog)
        case .record, .rows, .malformedRecord, .other, .garbage: return nil
        }
    }
}
