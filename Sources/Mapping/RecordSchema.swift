package import JSON

/// The top-level fields that a stream's records may have, and the types of their values.
///
/// A schema without `properties` says nothing, so every record fits it. Values inside of others are not looked at.
package struct RecordSchema {
    /// What does not fit, without the value.
    package struct Misfit: Sendable, Hashable {
        package let field: String
        /// Nil for a field that the schema does not name.
        package let expected: JSONTypes?
        package let seen: JSONTypes

        package var sentence: String {
            guard let expected else { return "the field \(Self.short(field)) is not in the schema" }
            return "the field \(Self.short(field)) should be \(expected.text) and is \(seen.text)"
        }

        /// A name that a log can bear.
        private static func short(_ name: String) -> String { String(name.unicodeScalars.prefix(100)) }
    }

    private let table: NameTable
    private let types: [JSONTypes]
    /// Whether every record fits.
    package let isOpen: Bool

    package init(_ schema: JSON) {
        let properties = schema["properties"]
        let names = FieldSelection.names(in: schema)
        table = NameTable(names)
        types = names.map { (properties?[$0] ?? properties?["$\($0)"]).map(JSONTypes.init(schema:)) ?? .all }
        isOpen = properties?.objectValue == nil
    }

    /// The first that does not fit.
    package func firstMisfit(_ data: UnsafeBufferPointer<UInt8>) throws(RecordDataError) -> Misfit? {
        var first: Misfit?
        try eachMisfit(data) { (misfit, _) throws(RecordDataError) in
            first = misfit
            return false
        }
        return first
    }

    /// All that do not fit, at most `limit` of them.
    package func misfits(
        _ data: UnsafeBufferPointer<UInt8>, limit: Int
    ) throws(RecordDataError) -> [Misfit] {
        var all: [Misfit] = []
        try eachMisfit(data) { (misfit, _) throws(RecordDataError) in
            all.append(misfit)
            return all.count < limit
        }
        return all
    }

    /// Appends the record without the fields that the schema does not name and with null in place of values of another
    /// type; appends nothing where all fits. Returns what was changed.
    package func fit(
        _ data: UnsafeBufferPointer<UInt8>, into out: inout [UInt8]
    ) throws(RecordDataError) -> [RecordChange] {
        var changes: [RecordChange] = []
        // Up to here the record stands in `out`.
        var done = 0
        let start = out.count
        try eachMisfit(data) { (misfit, walk) throws(RecordDataError) in
            if misfit.expected != nil {
                out.append(contentsOf: data.slice(done, walk.value.lowerBound))
                out.append(contentsOf: "null".utf8)
                done = walk.value.upperBound
            } else {
                out.append(contentsOf: data.slice(done, walk.key.lowerBound))
                done = walk.value.upperBound
                Self.dropComma(&out, from: start, data, &done)
            }
            changes.append(RecordChange(field: misfit.field))
            guard changes.count <= Self.mostChanges else {
                throw RecordDataError(code: .tooManyRepeats, offset: walk.key.lowerBound)
            }
            return true
        }
        if done > 0 { out.append(contentsOf: data.slice(done, data.count)) }
        return changes
    }

    /// More than a record's `meta` should have to name.
    private static let mostChanges = 4096

    /// Of the commas around a field that was left out, one goes with it.
    private static func dropComma(
        _ out: inout [UInt8], from start: Int, _ data: UnsafeBufferPointer<UInt8>, _ done: inout Int
    ) {
        var last = out.count - 1
        while last > start, out[last] <= 32 { last -= 1 }
        if last >= start, out[last] == UInt8(ascii: ",") {
            out.removeLast(out.count - last)
            return
        }
        while done < data.count, data[done] <= 32 { done += 1 }
        if done < data.count, data[done] == UInt8(ascii: ",") { done += 1 }
    }

    /// Calls `body` for each misfit until it says no. A repeated field is looked at each time.
    private func eachMisfit(
        _ data: UnsafeBufferPointer<UInt8>,
        _ body: (Misfit, borrowing MemberWalk) throws(RecordDataError) -> Bool
    ) throws(RecordDataError) {
        guard !isOpen else { return }
        var walk = try MemberWalk(data)
        while try walk.next() {
            let value = data.slice(walk.value.lowerBound, walk.value.upperBound)
            let misfit: Misfit
            if let index = try walk.find(in: table, data) {
                if types[index].admits(value) { continue }
                misfit = Misfit(field: table.names[index], expected: types[index], seen: .of(value))
            } else {
                misfit = Misfit(field: try walk.name(data), expected: nil, seen: .of(value))
            }
            if try !body(misfit, walk) { return }
        }
    }
}
