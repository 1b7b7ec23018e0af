import Airbyte
import Crypto
import Mapping

/// Looks at the records of one stream: key, field selection, contract, sample, mappers, in this order (protocol.md 2.1).
/// For one thread.
final class StreamScreen {
    enum Fate {
        /// It goes on, `emitted` bytes as it counts.
        case asItCame
        /// It goes on with the `data` that was written.
        case changed(emitted: Int, [RecordChange])
        case filtered(emitted: Int)
        case rejected(reason: String)
        /// It ends the attempt.
        case refused(FailureReason.Kind, String)
    }

    private let rules: RecordRules.Stream
    private let key: RecordKey?
    private let selection: RecordMapping?
    private let schema: RecordSchema
    private let mapping: RecordMapping?
    private var selected: [UInt8] = []
    private var fitted: [UInt8] = []
    private(set) var sample = SchemaSample()
    private var untilSample = 0

    /// Whether every record must be looked at.
    let isTreated: Bool
    /// Whether records are compared with the schema now and then.
    let isSampled: Bool

    /// Throws where libcrypto lacks what a mapper needs.
    init(_ rules: RecordRules.Stream) throws(CryptoError) {
        self.rules = rules
        key = RecordKey(rules.key)
        selection = try rules.selection.map { (fields) throws(CryptoError) in
            try RecordMapping(selection: fields, mappers: [])
        }
        schema = RecordSchema(rules.schema)
        mapping = rules.mappers.isEmpty ? nil : try RecordMapping(selection: nil, mappers: rules.mappers)
        isTreated = key != nil || selection != nil || mapping != nil || rules.contract != .evolve
        isSampled = rules.contract == .evolve && !schema.isOpen
    }

    /// How many records may go on as they come before the next one must be looked at.
    var pause: Int {
        if isTreated { return 0 }
        return isSampled ? sample.pause : .max
    }

    /// Appends the record's new `data`, where it has one, to `out`.
    func look(at data: UnsafeBufferPointer<UInt8>, into out: inout [UInt8]) -> Fate {
        do throws(RecordDataError) {
            if let key, try !key.isPresent(in: data) {
                return .refused(
                    .system,
                    "All the defined primary keys are null: a record of the stream \(rules.stream), which is "
                        + "deduplicated by them, has no value for any of "
                        + "\(rules.key.map { $0.joined(separator: ".") }.joined(separator: ", ")). "
                        + "Choose another primary key, or have the source send it.")
            }
            guard let selection else { return try check(data, isSelected: false, into: &out) }
            selected.removeAll(keepingCapacity: true)
            if try selection.apply(to: data, into: &selected) == .asItWas {
                return try check(data, isSelected: false, into: &out)
            }
            return try selected.withUnsafeBufferPointer { (data) throws(RecordDataError) in
                try check(data, isSelected: true, into: &out)
            }
        } catch {
            return isTreated ? .rejected(reason: error.description) : .asItCame
        }
    }

    private func check(
        _ data: UnsafeBufferPointer<UInt8>, isSelected: Bool, into out: inout [UInt8]
    ) throws(RecordDataError) -> Fate {
        switch rules.contract {
        case .evolve: note(data)
        case .freeze:
            if let misfit = try schema.firstMisfit(data) {
                return .refused(
                    .config,
                    "A record of the stream \(rules.stream) does not fit its schema, which is frozen: "
                        + "\(misfit.sentence). Refresh the source's schema and accept the change, or choose another "
                        + "contract for the stream.")
            }
        case .discardRow:
            if let misfit = try schema.firstMisfit(data) { return .rejected(reason: "\(misfit.sentence)") }
        case .discardValue:
            fitted.removeAll(keepingCapacity: true)
            let changes = try schema.fit(data, into: &fitted)
            if !changes.isEmpty {
                return try fitted.withUnsafeBufferPointer { (data) throws(RecordDataError) in
                    try map(data, isChanged: true, changes, into: &out)
                }
            }
        }
        return try map(data, isChanged: isSelected, [], into: &out)
    }

    /// A sample rejects nothing: data that is broken somewhere is passed over.
    private func note(_ data: UnsafeBufferPointer<UInt8>) {
        guard isSampled else { return }
        if isTreated {
            untilSample -= 1
            guard untilSample < 0 else { return }
        }
        guard let misfits = try? schema.misfits(data, limit: 100) else { return }
        sample.note(misfits)
        untilSample = sample.pause
    }

    private func map(
        _ data: UnsafeBufferPointer<UInt8>, isChanged: Bool, _ changes: [RecordChange], into out: inout [UInt8]
    ) throws(RecordDataError) -> Fate {
        let outcome = try mapping?.apply(to: data, into: &out) ?? .asItWas
        switch outcome {
        case .dropped: return .filtered(emitted: data.count)
        case .kept(let more): return .changed(emitted: data.count, changes + more)
        case .asItWas:
            guard isChanged else { return .asItCame }
            out.append(contentsOf: data)
            return .changed(emitted: data.count, changes)
        }
    }
}
