import Crypto
import JSON
import Mapping

/// What a mapping does to a parsed record, said as plainly as can be.
struct SlowMapping {
    let selection: FieldSelection?
    let kinds: [Mapper.Kind]

    /// Nil for a record that is dropped.
    func apply(to record: JSONObject) -> JSONObject? {
        var members = record.filter { selection?.fields.contains($0.key) ?? true }.map { ($0.key, $0.value) }
        for kind in kinds {
            switch kind {
            case .renaming(let from, let to): rename(from, to, &members) { $0 }
            case .hashing(let hashing): rename(hashing.field, hashing.output, &members, digest)
            case .fieldFiltering(let field): members.removeAll { $0.0 == field }
            case .rowFiltering(let condition): if !holds(condition, members) { return nil }
            case .encryption: break
            }
        }
        return JSONObject(members)
    }

    private func rename(_ from: String, _ to: String, _ members: inout [(String, JSON)], _ change: (JSON) -> JSON) {
        guard let old = members.first(where: { $0.0 == from }) else { return }
        if from != to { members.removeAll { $0.0 == to } }
        guard let place = members.firstIndex(where: { $0.0 == from }) else { return }
        members[place] = (to, change(old.1))
    }

    private func text(_ value: JSON) -> String { value.stringValue ?? value.text }

    private func digest(_ value: JSON) -> JSON {
        guard !value.isNull, let md5 = try? MessageDigest(.md5) else { return .null }
        var digits: [UInt8] = []
        Array(text(value).utf8).withUnsafeBufferPointer { try? md5.appendHex(of: $0, to: &digits) }
        return .string(String(decoding: digits, as: UTF8.self))
    }

    private func holds(_ condition: RowCondition, _ members: [(String, JSON)]) -> Bool {
        switch condition {
        case .equal(let field, let wanted):
            guard let value = members.first(where: { $0.0 == field })?.1, !value.isNull else { return false }
            return text(value) == wanted
        case .not(let parts): return parts.allSatisfy { !holds($0, members) }
        case .and(let parts): return parts.allSatisfy { holds($0, members) }
        case .or(let parts): return parts.contains { holds($0, members) }
        }
    }
}

/// Repeats its numbers, so that a failing case can be run again.
struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
