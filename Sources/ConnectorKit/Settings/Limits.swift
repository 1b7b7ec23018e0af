import JSON

/// How small and how large a number may be.
package struct Limits: Sendable {
    let integers: ClosedRange<Int>
    let numbers: ClosedRange<Double>
    let schema: JSONObject

    package static let none = Limits(
        integers: .min ... .max, numbers: -.greatestFiniteMagnitude ... .greatestFiniteMagnitude, schema: [:])

    package static func from(_ minimum: Int) -> Limits {
        Limits(
            integers: minimum ... .max, numbers: Double(minimum) ... .greatestFiniteMagnitude,
            schema: ["minimum": .integer(minimum)])
    }

    package static func within(_ range: ClosedRange<Int>) -> Limits {
        Limits(
            integers: range, numbers: Double(range.lowerBound)...Double(range.upperBound),
            schema: ["minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)])
    }
}
