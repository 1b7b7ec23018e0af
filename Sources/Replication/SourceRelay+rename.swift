import Airbyte
import Posix

extension SourceRelay {
    /// Passes on, under the destination's names, the lines that follow a renamed record and are like it.
    func renameAlike(
        _ envelope: Envelope, _ line: UnsafeBufferPointer<UInt8>, _ index: Int, _ router: borrowing RecordRouter,
        _ reader: inout LineReader, _ screen: inout RecordScreen, _ counts: inout PendingCounts,
        _ writer: inout LineWriter
    ) throws(PosixError) {
        guard let prefix = router.rewrittenPrefix(envelope) else { return }
        while true {
            let rest = reader.rest
            var alike = RecordLines()
            writer.gather { room in
                alike = envelope.renameAlike(line, rest, prefix: prefix, into: room)
                return alike.written
            }
            note(alike, like: envelope, line, index, &screen, &counts)
            _ = reader.take(alike.length)
            // A line that does not even fit into an empty buffer is passed on by itself.
            guard alike.isFull, !writer.isEmpty else { return }
            try writer.flush()
        }
    }
}
