/// The paths of a stream's primary key.
package struct RecordKey {
    /// What a key part says below a top-level field.
    private struct Part {
        let field: Int
        /// The rest of the path, one table a step.
        let rest: [NameTable]
    }

    private let table: NameTable
    private let parts: [Part]

    /// Nil where there is no key.
    package init?(_ paths: [[String]]) {
        let paths = paths.filter { !$0.isEmpty }
        guard !paths.isEmpty else { return nil }
        var names: [String] = []
        for path in paths where !names.contains(where: { $0.utf8.elementsEqual(path[0].utf8) }) {
            names.append(path[0])
        }
        table = NameTable(names)
        parts = paths.map { path in
            Part(
                field: names.firstIndex { $0.utf8.elementsEqual(path[0].utf8) } ?? 0,
                rest: path.dropFirst().map { NameTable([$0]) })
        }
    }

    /// Whether any part of the key has a value. Reads no further than to the first that has.
    package func isPresent(in data: UnsafeBufferPointer<UInt8>) throws(RecordDataError) -> Bool {
        var walk = try MemberWalk(data)
        while try walk.next() {
            guard let field = try walk.find(in: table, data) else { continue }
            let value = data.slice(walk.value.lowerBound, walk.value.upperBound)
            for part in parts where part.field == field {
                if try Self.hasValue(value, part.rest[...]) { return true }
            }
        }
        return false
    }

    private static func hasValue(
        _ value: UnsafeBufferPointer<UInt8>, _ path: ArraySlice<NameTable>
    ) throws(RecordDataError) -> Bool {
        guard let next = path.first else { return value.first != UInt8(ascii: "n") }
        guard value.first == UInt8(ascii: "{") else { return false }
        var walk = try MemberWalk(value)
        while try walk.next() {
            if try walk.find(in: next, value) != nil,
                try hasValue(value.slice(walk.value.lowerBound, walk.value.upperBound), path.dropFirst())
            {
                return true
            }
        }
        return false
    }
}
