import Postgres
import SQL

/// The fields of one row in a message; they point into it, so that nothing is copied.
struct ChangedRow {
    private enum Kind: UInt8 {
        case null = 0x6e
        /// A large value that the change did not touch and that the log therefore does not hold.
        case unchanged = 0x75
        case text = 0x74
    }

    enum Field {
        case null
        case absent
        case text(UnsafeBufferPointer<UInt8>)
    }

    private struct Place {
        let kind: Kind
        let start: Int
        let count: Int
    }

    private var places: [Place] = []
    private var bytes = UnsafeRawBufferPointer(start: nil, count: 0)

    var count: Int { places.count }

    mutating func read(_ reader: inout WireReader) throws(DatabaseError) {
        bytes = reader.bytes
        places.removeAll(keepingCapacity: true)
        for _ in 0..<(try reader.uint16()) {
            guard let kind = Kind(rawValue: try reader.byte()) else {
                throw DatabaseError(.decoding, "The server sent a field of an unknown kind.")
            }
            let count = kind == .text ? Int(try reader.uint32()) : 0
            places.append(Place(kind: kind, start: reader.position, count: count))
            try reader.skip(count)
        }
    }

    mutating func clear() { places.removeAll(keepingCapacity: true) }

    /// Absent also where the row has no such column.
    subscript(index: Int) -> Field {
        guard index >= 0, index < places.count else { return .absent }
        let place = places[index]
        switch place.kind {
        case .null: return .null
        case .unchanged: return .absent
        case .text:
            return .text(
                UnsafeBufferPointer(
                    start: bytes.baseAddress.map { ($0 + place.start).assumingMemoryBound(to: UInt8.self) },
                    count: place.count))
        }
    }
}
