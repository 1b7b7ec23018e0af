import Crypto
import JSON

/// A selection and mappers with their field names looked up once.
struct MappingPlan {
    enum Step {
        case transform(from: Int, to: Int, any FieldTransform)
        case rename(from: Int, to: Int)
        case remove(Int)
        case filter(Condition)
    }

    indirect enum Condition {
        case equal(Int, [UInt8])
        case not([Condition])
        case and([Condition])
        case or([Condition])
    }

    let table: NameTable
    /// Each name as a JSON token with its quotes.
    let tokens: [[UInt8]]
    /// Names below this index are those that a mapper reads or writes; the others are only selected.
    let mappedCount: Int
    /// Whether the record may hand in a member of that name; nil where all are taken.
    let selected: [Bool]?
    let steps: [Step]

    var isIdentity: Bool { steps.isEmpty && selected == nil }

    init(selection: FieldSelection?, mappers: [Mapper]) throws(CryptoError) {
        var names = NameIDs()
        var steps: [Step] = []
        for mapper in mappers { steps.append(try Self.step(mapper.kind, &names)) }
        self.steps = steps
        mappedCount = names.list.count
        if let selection {
            for field in selection.fields { _ = names.id(field) }
            selected = names.list.map(selection.contains)
        } else {
            selected = nil
        }
        table = NameTable(names.list)
        tokens = names.list.map { JSON.string($0).bytes }
    }

    private static func step(_ kind: Mapper.Kind, _ names: inout NameIDs) throws(CryptoError) -> Step {
        switch kind {
        case .hashing(let hashing):
            return .transform(
                from: names.id(hashing.field), to: names.id(hashing.output), try hashing.makeTransform())
        case .encryption(let encryption):
            return .transform(
                from: names.id(encryption.field), to: names.id(encryption.output), try encryption.makeTransform())
        case .renaming(let from, let to): return .rename(from: names.id(from), to: names.id(to))
        case .fieldFiltering(let field): return .remove(names.id(field))
        case .rowFiltering(let condition): return .filter(resolve(condition, &names))
        }
    }

    private static func resolve(_ condition: RowCondition, _ names: inout NameIDs) -> Condition {
        switch condition {
        case .equal(let field, let text): .equal(names.id(field), Array(text.utf8))
        case .not(let parts): .not(parts.map { resolve($0, &names) })
        case .and(let parts): .and(parts.map { resolve($0, &names) })
        case .or(let parts): .or(parts.map { resolve($0, &names) })
        }
    }
}

/// Numbers names in the order they come up. Swift's strings hold canonically equivalent ones for the same; keys do not.
private struct NameIDs {
    private(set) var list: [String] = []
    private var ids: [[UInt8]: Int] = [:]

    mutating func id(_ name: String) -> Int {
        let bytes = Array(name.utf8)
        if let id = ids[bytes] { return id }
        ids[bytes] = list.count
        list.append(name)
        return list.count - 1
    }
}
