import JSON

/// The working memory for one record at a time: its members as pieces of its bytes, and what the mappers made of them.
struct RecordEditor {
    /// A member that a mapper may look at, or a run of members that go on as they are.
    private struct Piece {
        /// The index of the member's name; -1 for a run.
        var name: Int
        /// From the first key's quote to the end of the last value.
        var whole: Range<Int>
        var value: Range<Int>
        /// The value stands in `made`, not in the record.
        var isMade = false
        var isRenamed = false
        var isLive = true
    }

    /// More members that are named again than this are refused: each takes memory.
    private static let mostRepeats = 4096

    private var pieces: [Piece] = []
    /// For each name that a mapper knows, the index of its living piece, or -1.
    private var places: [Int] = []
    private var made: [UInt8] = []
    private var changes: [RecordChange] = []
    private var isChanged = false

    mutating func run(
        _ plan: borrowing MappingPlan, on data: UnsafeBufferPointer<UInt8>, into out: inout [UInt8]
    ) throws(RecordDataError) -> RecordMapping.Outcome {
        try read(data, plan)
        for step in plan.steps {
            switch step {
            case .transform(let from, let to, let transform):
                self.transform(from, to, transform, data, name: plan.table.names[to])
            case .rename(let from, let to): rename(from, to)
            case .remove(let field): remove(field)
            case .filter(let condition): if !holds(condition, data) { return .dropped }
            }
        }
        guard isChanged else { return .asItWas }
        write(data, plan, into: &out)
        return .kept(changes: changes)
    }

    /// Splits the record into pieces, leaving out what is not selected.
    private mutating func read(
        _ data: UnsafeBufferPointer<UInt8>, _ plan: borrowing MappingPlan
    ) throws(RecordDataError) {
        pieces.removeAll(keepingCapacity: true)
        made.removeAll(keepingCapacity: true)
        if !changes.isEmpty { changes.removeAll() }
        isChanged = false
        if places.count != plan.mappedCount { places = [Int](repeating: -1, count: plan.mappedCount) }
        for index in places.indices { places[index] = -1 }
        let most = 2 * plan.table.names.count + 1 + Self.mostRepeats
        var runStart = -1
        var runEnd = 0
        var walk = try MemberWalk(data)
        while try walk.next() {
            let name = try walk.find(in: plan.table, data)
            if let selected = plan.selected, name.map({ !selected[$0] }) ?? true {
                isChanged = true
            } else if let name, name < plan.mappedCount {
                if places[name] >= 0 { remove(name) }
                close(&runStart, runEnd)
                places[name] = pieces.count
                pieces.append(Piece(name: name, whole: walk.key.lowerBound..<walk.value.upperBound, value: walk.value))
            } else {
                if runStart < 0 { runStart = walk.key.lowerBound }
                runEnd = walk.value.upperBound
                continue
            }
            close(&runStart, runEnd)
            guard pieces.count <= most else {
                throw RecordDataError(code: .tooManyRepeats, offset: walk.key.lowerBound)
            }
        }
        close(&runStart, runEnd)
    }

    private mutating func close(_ start: inout Int, _ end: Int) {
        guard start >= 0 else { return }
        pieces.append(Piece(name: -1, whole: start..<end, value: 0..<0))
        start = -1
    }

    private mutating func remove(_ name: Int) {
        guard places[name] >= 0 else { return }
        pieces[places[name]].isLive = false
        places[name] = -1
        isChanged = true
    }

    private mutating func rename(_ from: Int, _ to: Int) {
        let place = places[from]
        guard place >= 0, from != to else { return }
        remove(to)
        places[from] = -1
        places[to] = place
        pieces[place].name = to
        pieces[place].isRenamed = true
        isChanged = true
    }

    /// A null stays one: its digest would look like a value. What cannot be done leaves a null, never the plain value.
    private mutating func transform(
        _ from: Int, _ to: Int, _ transform: any FieldTransform, _ data: UnsafeBufferPointer<UInt8>, name: String
    ) {
        let place = places[from]
        guard place >= 0 else { return }
        rename(from, to)
        guard !isNull(place, data) else { return }
        let text = text(pieces[place], data)
        let start = made.count
        made.append(UInt8(ascii: "\""))
        let isDone = text.with { text in (try? transform.appendHex(of: text, to: &made)) != nil } ?? false
        made.append(UInt8(ascii: "\""))
        if !isDone {
            made.removeLast(made.count - start)
            made.append(contentsOf: "null".utf8)
            changes.append(RecordChange(field: name))
        }
        pieces[place].value = start..<made.count
        pieces[place].isMade = true
        isChanged = true
    }

    private func isNull(_ place: Int, _ data: UnsafeBufferPointer<UInt8>) -> Bool {
        let piece = pieces[place]
        return (piece.isMade ? made[piece.value.lowerBound] : data[piece.value.lowerBound]) == UInt8(ascii: "n")
    }

    /// What is hashed and compared: a string without quotes and escapes, another scalar as it is written, an array or
    /// object in its shortest form.
    private func text(_ piece: Piece, _ data: UnsafeBufferPointer<UInt8>) -> FieldText {
        let value = piece.value
        if piece.isMade {
            // Digits in quotes, or null.
            let isNull = made[value.lowerBound] == UInt8(ascii: "n")
            return isNull ? .none : .decoded(Array(made[value.lowerBound + 1..<value.upperBound - 1]))
        }
        switch data[value.lowerBound] {
        case UInt8(ascii: "\""):
            let inside = data.slice(value.lowerBound + 1, value.upperBound - 1)
            if !inside.contains(UInt8(ascii: "\\")) { return .bytes(inside) }
            return data.slice(value.lowerBound, value.upperBound).decodedText.map(FieldText.decoded) ?? .none
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            let json = try? JSON.parse(data.slice(value.lowerBound, value.upperBound))
            return json.map { .decoded($0.bytes) } ?? .none
        case UInt8(ascii: "n"): return .none
        default: return .bytes(data.slice(value.lowerBound, value.upperBound))
        }
    }

    private func holds(_ condition: MappingPlan.Condition, _ data: UnsafeBufferPointer<UInt8>) -> Bool {
        switch condition {
        case .equal(let field, let wanted):
            guard places[field] >= 0 else { return false }
            return text(pieces[places[field]], data).with { $0.elementsEqual(wanted) } ?? false
        case .not(let parts): return !parts.contains { holds($0, data) }
        case .and(let parts): return parts.allSatisfy { holds($0, data) }
        case .or(let parts): return parts.contains { holds($0, data) }
        }
    }

    private func write(
        _ data: UnsafeBufferPointer<UInt8>, _ plan: borrowing MappingPlan, into out: inout [UInt8]
    ) {
        out.append(UInt8(ascii: "{"))
        var isFirst = true
        for piece in pieces where piece.isLive {
            if !isFirst { out.append(UInt8(ascii: ",")) }
            isFirst = false
            if !piece.isRenamed && !piece.isMade {
                out.append(contentsOf: data.slice(piece.whole.lowerBound, piece.whole.upperBound))
                continue
            }
            out.append(contentsOf: plan.tokens[piece.name])
            out.append(UInt8(ascii: ":"))
            if piece.isMade {
                out.append(contentsOf: made[piece.value])
            } else {
                out.append(contentsOf: data.slice(piece.value.lowerBound, piece.value.upperBound))
            }
        }
        out.append(UInt8(ascii: "}"))
    }
}
