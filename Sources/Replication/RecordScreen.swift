import Airbyte
import Crypto
import JSON
import Mapping

/// Looks at the records that must be looked at, on their way from the source; the others cost it one subtraction.
struct RecordScreen: ~Copyable {
    enum Fate {
        /// It goes on as it came, or under another name.
        case asItCame
        /// The new line, newline included, is in `line`.
        case rewritten
        /// It does not go on, and is counted.
        case held
        /// It ends the attempt, which was told why.
        case refused
    }

    private let streams: [StreamScreen]
    private let names: [StreamDescriptor]
    private let rejects: RejectBatch
    private let ledger: AttemptLedger
    /// How many records of each stream may go on as they come.
    private var pauses: [Int]
    private var data: [UInt8] = []
    private(set) var line: [UInt8] = []

    /// Throws where libcrypto lacks what a mapper needs.
    init(_ rules: RecordRules, rejects: RejectBatch, ledger: AttemptLedger) throws(CryptoError) {
        var streams: [StreamScreen] = []
        for stream in rules.streams { streams.append(try StreamScreen(stream)) }
        self.streams = streams
        names = rules.streams.map(\.stream)
        pauses = streams.map(\.pause)
        self.rejects = rejects
        self.ledger = ledger
    }

    /// Whether any record of the stream may be rewritten or held back.
    func treats(_ index: Int) -> Bool { streams[index].isTreated }

    /// Whether the next record of the stream must be looked at.
    mutating func isDue(_ index: Int) -> Bool {
        if pauses[index] == 0 { return true }
        pauses[index] -= 1
        return false
    }

    /// Whether the records that come next may go on without being looked at, any number of them.
    func rests(_ index: Int) -> Bool { !streams[index].isTreated && pauses[index] > 0 }

    /// Records went on without being looked at.
    mutating func skip(_ index: Int, _ records: Int) { pauses[index] = max(0, pauses[index] - records) }

    /// Whether there is a stream whose records go on as they come.
    var leavesAny: Bool { streams.contains { !$0.isTreated } }

    /// Decides about a record, whose line is given without its newline. Counts those that are rewritten or held.
    mutating func look(
        _ envelope: Envelope, _ bytes: UnsafeBufferPointer<UInt8>, stream index: Int, _ router: borrowing RecordRouter,
        _ counts: inout PendingCounts
    ) -> Fate {
        guard let place = envelope.data else { return .asItCame }
        let original = UnsafeBufferPointer(rebasing: bytes[place])
        data.removeAll(keepingCapacity: true)
        // Whatever is not read last would get past the mappers.
        let fate =
            envelope.isAmbiguous && treats(index)
            ? .rejected(reason: "The record says its data twice.") : streams[index].look(at: original, into: &data)
        pauses[index] = streams[index].pause
        switch fate {
        case .asItCame: return .asItCame
        case .filtered(let emitted):
            counts.addFiltered(index, bytes: envelope.fileSize(bytes) ?? emitted)
            return .held
        case .rejected(let reason):
            counts.addRejected(index, bytes: envelope.fileSize(bytes) ?? original.count)
            let stream = names[index]
            rejects.add(size: original.count) {
                RejectedRecord(stream: stream, reason: reason, data: String(decoding: original, as: UTF8.self))
            }
            return .held
        case .refused(let kind, let sentence):
            ledger.raise(.source, kind, sentence, stream: names[index])
            return .refused
        case .changed(let emitted, let changes):
            counts.add(index, bytes: envelope.fileSize(bytes) ?? emitted)
            write(envelope, bytes, router.renames(envelope, index), changes)
            return .rewritten
        }
    }

    private mutating func write(
        _ envelope: Envelope, _ bytes: UnsafeBufferPointer<UInt8>, _ renames: [RecordRouter.Edit],
        _ changes: [RecordChange]
    ) {
        line.removeAll(keepingCapacity: true)
        guard let place = envelope.data else { return }
        var edits = renames
        if !changes.isEmpty, let edit = envelope.edit(adding: changes, bytes) { edits.append(edit) }
        // Nothing else lies within `data`: what is before it goes first.
        var at = 0
        for edit in edits.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            if at <= place.lowerBound, edit.range.lowerBound >= place.upperBound {
                line.append(contentsOf: bytes[at..<place.lowerBound])
                line.append(contentsOf: data)
                at = place.upperBound
            }
            line.append(contentsOf: bytes[at..<edit.range.lowerBound])
            line.append(contentsOf: edit.text)
            at = edit.range.upperBound
        }
        if at <= place.lowerBound {
            line.append(contentsOf: bytes[at..<place.lowerBound])
            line.append(contentsOf: data)
            at = place.upperBound
        }
        line.append(contentsOf: bytes[at...])
        line.append(10)
    }

    /// What was seen of streams that do not fit their schemas.
    var warnings: [AttemptWarning] { zip(streams, names).compactMap { $0.sample.warning($1) } }
}
