import CScan

extension Envelope {
    /// The lines at the start of `rest` that are like this record, whose line is given without its newline.
    ///
    /// What the line says outside of its `data` rests on its bytes alone, so the same bytes say the same. A line that
    /// differs, and one whose newline is not there yet, ends the search; it has to be read in full.
    package func linesAlike(
        _ line: UnsafeBufferPointer<UInt8>, _ rest: UnsafeBufferPointer<UInt8>
    ) -> RecordLines {
        guard let bytes = rest.baseAddress, var memo = memo(line) else { return RecordLines() }
        return RecordLines(cscan_lines_alike(bytes, 0, rest.count, &memo))
    }

    /// The same, putting the lines out with another beginning, as far as there is room. `prefix` stands for the bytes
    /// up to and with the opening brace of `data`.
    package func renameAlike(
        _ line: UnsafeBufferPointer<UInt8>, _ rest: UnsafeBufferPointer<UInt8>, prefix: [UInt8],
        into room: UnsafeMutableRawBufferPointer
    ) -> RecordLines {
        guard let bytes = rest.baseAddress, let out = room.baseAddress, isNamedByPrefix, var memo = memo(line),
            self.prefix?.length == memo.prefix_length
        else { return RecordLines() }
        return RecordLines(cscan_rename(bytes, 0, rest.count, &memo, prefix, prefix.count, out, room.count))
    }

    private func memo(_ line: UnsafeBufferPointer<UInt8>) -> cscan_memo? {
        guard kind == .record, let data, let base = line.baseAddress else { return nil }
        var number = line.count..<line.count
        if let emittedAt, emittedAt.lowerBound >= data.upperBound, Self.isPlain(line[emittedAt]) { number = emittedAt }
        return cscan_memo(
            prefix: base, prefix_length: data.lowerBound + 1, head: base + data.upperBound,
            head_length: number.lowerBound - data.upperBound, tail: base + number.upperBound,
            tail_length: line.count - number.upperBound, has_number: number.isEmpty ? 0 : 1)
    }

    private static func isPlain(_ number: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        number.allSatisfy { $0 >= 48 && $0 <= 57 } && (number.count == 1 || number.first != 48)
    }
}

extension RecordLines {
    fileprivate init(_ lines: cscan_lines) {
        length = lines.end
        records = lines.records
        dataBytes = lines.data
        written = lines.written
        isFull = lines.is_full != 0
    }
}
