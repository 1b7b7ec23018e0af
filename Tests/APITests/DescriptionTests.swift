import API
import HTTP
import JSON
import Posix
import TestKit
import Testing

/// `docs/openapi.json` is what the server says of itself, for reading and for reviewing changes of it.
struct DescriptionTests {
    @Test func `docs/openapi.json is what the server answers`() async throws {
        let api = try await TestAPI()
        let description = try await api.send(.get, "/api/v1/openapi").json.prettyText + "\n"
        let path = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/docs/openapi.json"
        if Environment.current["SWIFTLET_WRITE_API"] != nil {
            try Directory.remove(path)
            try SecureFile.write(Array(description.utf8), to: path, mode: 0o644)
        }
        let kept = String(decoding: try SecureFile.read(path, limit: 1 << 23), as: UTF8.self)
        #expect(kept == description, "write it anew with make api")
    }

    @Test func `whatever the description refers to is in it`() async throws {
        let api = try await TestAPI()
        let description = try await api.send(.get, "/api/v1/openapi").json
        var references: Set<String> = []
        Self.collect(description, into: &references)
        #expect(references.count > 50)
        for reference in references {
            let found = reference.split(separator: "/").dropFirst().reduce(Optional(description)) { $0?[String($1)] }
            #expect(found != nil, "\(reference)")
        }
    }

    @Test func `a name of the description stands for one shape`() async throws {
        let api = try await TestAPI()
        var known: [String: Shape] = [:]
        for contract in api.contracts.all {
            for shape in [contract.takes, contract.query, contract.gives] {
                shape.map { Self.collect($0, into: &known) }
            }
        }
        #expect(known.count > 100)
    }

    /// The objects that have names, each of which must be as it was seen before.
    private static func collect(_ shape: Shape, into known: inout [String: Shape]) {
        switch shape {
        case .list(let inner), .map(let inner): collect(inner, into: &known)
        case .oneOf(let shapes): for inner in shapes { collect(inner, into: &known) }
        case .object(let name, let members):
            if !name.isEmpty {
                if let other = known[name] {
                    #expect(other == shape, "\(name)")
                    return
                }
                known[name] = shape
            }
            for member in members.all { collect(member.shape, into: &known) }
        case .string, .uuid, .time, .uri, .integer, .number, .boolean, .word, .named, .any: break
        }
    }

    private static func collect(_ json: JSON, into references: inout Set<String>) {
        for element in json.arrayValue ?? [] { collect(element, into: &references) }
        for (name, member) in json.objectValue ?? JSONObject() {
            if name == "$ref", let reference = member.stringValue { references.insert(reference) }
            collect(member, into: &references)
        }
    }
}
