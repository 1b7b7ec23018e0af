package import JSON
import Posix
import Time

extension Shape {
    /// Where and how a value differs from the shape, such as `jobs[0].id: a whole number is expected`; nil where it does
    /// not. A member that the shape does not name is a difference too, so that a description is complete.
    package func mismatch(_ value: JSON, at path: String = "") -> String? {
        switch self {
        case .any, .named: nil
        case .string: expect(value.stringValue != nil, "a string", path)
        case .uuid: expect(value.stringValue.flatMap { UUID($0) } != nil, "a UUID", path)
        case .time: expect(value.stringValue.flatMap { Instant(iso8601: $0) } != nil, "a time", path)
        case .uri: expect(value.stringValue?.contains("://") ?? false, "an address", path)
        case .integer: expect(value.intValue != nil, "a whole number", path)
        case .number: expect(value.doubleValue != nil, "a number", path)
        case .boolean: expect(value.boolValue != nil, "true or false", path)
        case .word(let words):
            expect(
                value.stringValue.map { words.contains($0) || words.contains($0.lowercased()) } ?? false,
                "one of \(words.joined(separator: ", "))", path)
        case .list(let element): mismatch(list: value, element, path)
        case .map(let shape): mismatch(map: value, shape, path)
        case .object(_, let members): members.mismatch(value, at: path)
        case .oneOf(let shapes):
            expect(shapes.contains { $0.mismatch(value, at: path) == nil }, "one of \(shapes.count) shapes", path)
        }
    }

    private func expect(_ holds: Bool, _ wanted: String, _ path: String) -> String? {
        holds ? nil : "\(path.isEmpty ? "the body" : path): \(wanted) is expected"
    }

    private func mismatch(list value: JSON, _ element: Shape, _ path: String) -> String? {
        guard let elements = value.arrayValue else { return expect(false, "a list", path) }
        for (index, member) in elements.enumerated() {
            if let found = element.mismatch(member, at: "\(path)[\(index)]") { return found }
        }
        return nil
    }

    private func mismatch(map value: JSON, _ shape: Shape, _ path: String) -> String? {
        guard let members = value.objectValue else { return expect(false, "an object", path) }
        for (name, member) in members {
            if let found = shape.mismatch(member, at: path.isEmpty ? name : "\(path).\(name)") { return found }
        }
        return nil
    }
}

extension Shape.Members {
    func mismatch(_ value: JSON, at path: String) -> String? {
        guard let object = value.objectValue else {
            return "\(path.isEmpty ? "the body" : path): an object is expected"
        }
        let prefix = path.isEmpty ? "" : path + "."
        for member in all {
            guard let found = object[member.name] else {
                if member.isRequired { return "\(prefix)\(member.name) is missing" }
                continue
            }
            if let mismatch = member.shape.mismatch(found, at: prefix + member.name) { return mismatch }
        }
        let known = Set(all.map(\.name))
        return object.map(\.key).first { !known.contains($0) }.map { "\(prefix)\($0) is not described" }
    }
}
