package import Crypto

/// What became of a record.
package enum MappedRecord: Sendable, Equatable {
    /// Nothing had to be changed: the record's own bytes go on.
    case asItWas
    case keep([UInt8], changes: [RecordChange])
    /// A row filter does not let it pass.
    case drop
}

/// Carries out the field selection and then the mappers of one stream, on the bytes of a record's `data`.
///
/// Members that nothing touches are copied byte for byte and in order. Of a repeated key that a mapper looks at, the
/// last value counts and the others are left out. It keeps its working memory: for one thread at a time.
package final class RecordMapping {
    private let plan: MappingPlan
    private var editor = RecordEditor()

    /// The mappers are those that `MappedStream` found to be in order. Throws where libcrypto lacks what they need.
    package init(selection: FieldSelection?, mappers: [Mapper]) throws(CryptoError) {
        plan = try MappingPlan(selection: selection, mappers: mappers)
    }

    /// Whether every record goes on as it was, so that there is no need to ask.
    package var isIdentity: Bool { plan.isIdentity }

    package enum Outcome: Sendable, Equatable {
        case asItWas
        /// The new `data` was appended.
        case kept(changes: [RecordChange])
        case dropped
    }

    /// Appends the record's new `data`, if it has one, to what the caller collects.
    package func apply(
        to data: UnsafeBufferPointer<UInt8>, into out: inout [UInt8]
    ) throws(RecordDataError) -> Outcome {
        if plan.isIdentity { return .asItWas }
        return try editor.run(plan, on: data, into: &out)
    }

    package func apply(to data: UnsafeBufferPointer<UInt8>) throws(RecordDataError) -> MappedRecord {
        var out: [UInt8] = []
        switch try apply(to: data, into: &out) {
        case .asItWas: return .asItWas
        case .kept(let changes): return .keep(out, changes: changes)
        case .dropped: return .drop
        }
    }
}
