import Glibc
import JSON

/// What a command has to say.
enum Report {
    static func print(_ report: JSON) { write(report.text + "\n", to: 1) }

    static func complain(_ sentence: String) { write(sentence + "\n", to: 2) }

    private static func write(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        _ = Glibc.write(descriptor, bytes, bytes.count)
    }

    /// Times in milliseconds: the middle, the 99th of a hundred, the longest.
    static func spread(_ times: [Double]) -> JSON {
        let sorted = times.sorted()
        func at(_ share: Double) -> JSON {
            guard let last = sorted.indices.last else { return .null }
            return .init(floatLiteral: sorted[min(last, Int((Double(sorted.count) * share).rounded(.up)) - 1)])
        }
        return ["count": .integer(sorted.count), "p50": at(0.5), "p99": at(0.99), "max": at(1)]
    }
}
