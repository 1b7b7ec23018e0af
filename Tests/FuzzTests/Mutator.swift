import TestKit

/// Breaks lines: bytes are changed, taken out, doubled, moved, and tokens put where they do not belong.
struct Mutator {
    var random: SeededRandom

    private static let tokens: [[UInt8]] =
        [
            "{", "}", "[", "]", "\"", "\\", ",", ":", "null", "true", "-", "1e9", "\"type\":\"STATE\"", "\"record\":",
            "\\u",
            "\\ud800", "\"data\":{", "\r", "\0",
        ].map { Array($0.utf8) } + [[0xff], [0xc3], [0xe2, 0x82], [0xf4, 0x90, 0x80, 0x80]]

    mutating func mutate(_ line: [UInt8], with other: [UInt8]) -> [UInt8] {
        var line = line
        for _ in 0...Int.random(in: 0...3, using: &random) { mutateOnce(&line, other) }
        // A newline would make two lines of it.
        return line.map { $0 == 10 ? 32 : $0 }
    }

    private mutating func mutateOnce(_ line: inout [UInt8], _ other: [UInt8]) {
        guard !line.isEmpty else {
            line = other
            return
        }
        let at = Int.random(in: 0..<line.count, using: &random)
        let end = min(line.count, at + Int.random(in: 1...24, using: &random))
        switch Int.random(in: 0..<9, using: &random) {
        case 0: line[at] = .random(in: 0...255, using: &random)
        case 1: line[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: line.removeSubrange(at..<end)
        case 3: line.insert(contentsOf: line[at..<end], at: at)
        case 4: line.insert(contentsOf: Self.tokens.randomElement(using: &random) ?? [], at: at)
        case 5: line.removeLast(line.count - at)
        case 6:
            guard !other.isEmpty else { return }
            line.replaceSubrange(at..., with: other[Int.random(in: 0..<other.count, using: &random)...])
        case 7:
            // Deep, but not beyond what a line may hold.
            line.insert(
                contentsOf: repeatElement(UInt8(ascii: "["), count: Int.random(in: 1...300, using: &random)), at: at)
        default:
            line.insert(contentsOf: repeatElement(line[at], count: Int.random(in: 1...5000, using: &random)), at: at)
        }
    }
}
