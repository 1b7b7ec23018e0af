import ConnectorKit
import JSON
import Postgres

/// Up to where in the log everything was sent, for all streams.
struct CapturePosition {
    var lsn: PostgresLSN
    /// The server whose log it is; nil where the state does not tell.
    var system: String?
    /// The publication that was read, by the server's number for it; nil where the state does not tell.
    var publication: Int?

    var json: JSON {
        var json: JSON = ["lsn": .integer(lsn.value)]
        if let system { json["system_identifier"] = .string(system) }
        if let publication { json["publication"] = .integer(publication) }
        return json
    }

    init(lsn: PostgresLSN, system: String?, publication: Int?) {
        self.lsn = lsn
        self.system = system
        self.publication = publication
    }

    /// Reads our own shared state and the one of Airbyte's own source, which keeps the offset of the library that it
    /// reads changes with: an object of one member whose value is JSON in a text.
    init(_ shared: JSON) throws {
        if let offsets = shared["state"]?.objectValue {
            guard offsets.count == 1, let text = offsets.first(where: { _ in true })?.value.stringValue,
                let offset = try? JSON.parse(text),
                let lsn = Self.number(offset["lsn_commit"]) ?? Self.number(offset["lsn"])
            else { throw Self.unreadable }
            self.init(lsn: lsn, system: nil, publication: nil)
            return
        }
        guard let lsn = Self.number(shared["lsn"]) else { throw Self.unreadable }
        self.init(
            lsn: lsn, system: shared["system_identifier"]?.stringValue, publication: shared["publication"]?.intValue)
    }

    private static func number(_ json: JSON?) -> PostgresLSN? {
        guard let number = json?.intValue ?? json?.stringValue.flatMap({ Int($0) }), number > 0 else { return nil }
        return PostgresLSN(UInt64(number))
    }

    private static var unreadable: ConnectorError {
        ConnectorError(
            .config,
            "The saved state holds no place in the server's log that can be read; clear it, and every table is copied again."
        )
    }
}
