import JSON

extension MemberWalk {
    /// The key's index in the table; nil for a name that is not there. `data` is what is walked.
    func find(in table: borrowing NameTable, _ data: UnsafeBufferPointer<UInt8>) throws(RecordDataError) -> Int? {
        guard keyIsEscaped else { return table.find(data.slice(key.lowerBound + 1, key.upperBound - 1)) }
        guard let name = data.slice(key.lowerBound, key.upperBound).decodedText else { throw broken }
        return name.withUnsafeBufferPointer { table.find($0) }
    }

    /// The key as text.
    func name(_ data: UnsafeBufferPointer<UInt8>) throws(RecordDataError) -> String {
        guard let name = data.slice(key.lowerBound, key.upperBound).decodedText else { throw broken }
        return String(decoding: name, as: UTF8.self)
    }
}
