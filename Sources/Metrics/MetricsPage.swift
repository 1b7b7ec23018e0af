/// A page of figures in the text format that Prometheus reads, version 0.0.4.
package struct MetricsPage: Sendable {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    package private(set) var text = ""

    package init() {}

    /// What goes up and down.
    package mutating func gauge(_ name: StaticString, _ help: StaticString, _ samples: [Sample]) {
        head(name, "gauge", help)
        for sample in samples { line(name.description, sample.labels, sample.value) }
    }

    /// What only grows; the name ends in `_total`.
    package mutating func counter(_ name: StaticString, _ help: StaticString, _ samples: [Sample]) {
        head(name, "counter", help)
        for sample in samples { line(name.description, sample.labels, sample.value) }
    }

    /// - `ends`: the upper ends of the ranges, growing. `counts`: how many fell into each, and last how many above all.
    package mutating func histogram(
        _ name: StaticString, _ help: StaticString, ends: [Double], counts: [Int64], sum: Double
    ) {
        head(name, "histogram", help)
        var total: Int64 = 0
        for (end, count) in zip(ends, counts) {
            total += count
            line("\(name)_bucket", ["le": Self.number(end)], Double(total))
        }
        total = counts.reduce(0, +)
        line("\(name)_bucket", ["le": "+Inf"], Double(total))
        line("\(name)_sum", [:], sum)
        line("\(name)_count", [:], Double(total))
    }

    private mutating func head(_ name: StaticString, _ kind: StaticString, _ help: StaticString) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
    }

    private mutating func line(_ name: String, _ labels: KeyValuePairs<String, String>, _ value: Double) {
        text += name
        if !labels.isEmpty {
            text += "{" + labels.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",") + "}"
        }
        text += " \(Self.number(value))\n"
    }

    private static func escaped(_ value: String) -> String {
        var escaped = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static func number(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map(String.init) ?? String(value)
    }
}

/// One figure of a family.
package struct Sample: Sendable {
    package let labels: KeyValuePairs<String, String>
    package let value: Double

    package init(_ value: some BinaryInteger, _ labels: KeyValuePairs<String, String> = [:]) {
        self.labels = labels
        self.value = Double(value)
    }

    package init(_ value: Double, _ labels: KeyValuePairs<String, String> = [:]) {
        self.labels = labels
        self.value = value
    }
}
