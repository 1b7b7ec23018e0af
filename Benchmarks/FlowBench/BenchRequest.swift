/// A command line: a command, a database's URL, and `name=number` as often as needed.
struct BenchRequest {
    let command: String
    let url: String
    private let numbers: [String: Double]

    init(_ words: [String]) throws {
        guard words.count >= 2 else { throw BenchError("Usage: FlowBench <command> <url> [name=number …]") }
        command = words[0]
        url = words[1]
        var numbers: [String: Double] = [:]
        for word in words.dropFirst(2) {
            let parts = word.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let number = Double(parts[1]), number.isFinite else {
                throw BenchError("\"\(word)\" is not of the form name=number.")
            }
            numbers[String(parts[0])] = number
        }
        self.numbers = numbers
    }

    func count(_ name: String, _ fallback: Int) -> Int { numbers[name].map { Int($0) } ?? fallback }

    func seconds(_ name: String, _ fallback: Double) -> Duration { .seconds(numbers[name] ?? fallback) }
}
