import Airbyte
import ConnectorKit
import JSON

/// Which transactions' rows a stream has, in the shape that Airbyte's own source keeps.
struct XminState {
    /// Everything that transactions before this one wrote has been sent, and some of what later ones wrote. Nil before
    /// the first read is done.
    var base: UInt64?
    /// A read that is under way: what it will be the base of, and how far it has got.
    var read: (base: UInt64, place: PagePlace)?

    init() {}

    /// Nil where there is none. One of another kind is refused.
    init?(_ json: JSON?, of stream: StreamDescriptor) throws {
        guard let json, !json.isNull else { return nil }
        switch json["state_type"]?.stringValue {
        case "xmin": break
        // What a full refresh left, or the first read of Airbyte's own source.
        case "full_refresh", "ctid": return nil
        case let type:
            throw ConnectorError(
                .config,
                "The saved state of stream \(stream) is of the kind \((type ?? "cursor_based").prefix(40)), not xmin; clear it and sync again.",
                stream: stream)
        }
        base = json["xmin_raw_value"]?.intValue.flatMap { $0 > 0 ? UInt64($0) : nil }
        if let saved = json["reading"], let base = saved["xmin_raw_value"]?.intValue, base > 0,
            let place = PagePlace(saved)
        {
            read = (UInt64(base), place)
        }
        if base == nil, read == nil {
            throw ConnectorError(
                .config, "The saved state of stream \(stream) cannot be read; clear it and sync again.", stream: stream)
        }
    }

    func json(of stream: StreamDescriptor) -> JSON {
        let base = base ?? 0
        var json: JSON = [
            "state_type": "xmin", "version": 2, "stream_name": .string(stream.name),
            "num_wraparound": .integer(base >> 32), "xmin_xid_value": .integer(base & 0xffff_ffff),
            "xmin_raw_value": .integer(base),
        ]
        if let namespace = stream.namespace { json["stream_namespace"] = .string(namespace) }
        if let read {
            var reading = read.place.json
            reading["xmin_raw_value"] = .integer(read.base)
            json["reading"] = reading
        }
        return json
    }
}
