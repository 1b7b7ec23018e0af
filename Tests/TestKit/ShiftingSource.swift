import Glibc
package import JSON
import Posix

/// What a test holds of the connector `exec:source-shifting`: what it offers and sends, and its journal.
package struct ShiftingSource: Sendable {
    private let script: String

    package init(in directory: String, _ streams: [JSON]) throws {
        script = "\(directory)/script-\(UUID())"
        try offer(streams)
    }

    package var configuration: JSON { ["script": .string(script)] }

    /// A stream with these fields, all of them texts but the key `id`, and as many records.
    package static func stream(_ name: String, _ fields: [String], records: Int, fails: Bool = false) -> JSON {
        var types: JSON = ["id": "integer"]
        for field in fields { types[field] = "string" }
        let records = (1...records).map { number in
            var record: JSON = ["id": .integer(number)]
            for field in fields { record[field] = "\(field) \(number)" }
            return record
        }
        return ["name": .string(name), "fields": types, "records": .array(records), "fails": .bool(fails)]
    }

    /// - Parameter discover: `fail` or `hang`, where a discovery should.
    package func offer(_ streams: [JSON], discover: JSON? = nil) throws {
        var content: JSON = ["streams": .array(streams)]
        content["discover"] = discover
        let next = script + ".next"
        try SecureFile.write(content.bytes, to: next)
        rename(next, script)
    }

    /// How often it was discovered.
    package var discoveries: Int { journal.count { $0["discover"] != nil } }

    /// For each reading, its streams with the number of records that each had sent before; 0 without a state.
    package var readings: [[String: Int]] {
        journal.compactMap { entry in
            guard let streams = entry["read"]?.arrayValue?.compactMap(\.stringValue) else { return nil }
            return Dictionary(uniqueKeysWithValues: streams.map { ($0, entry["from"]?[$0]?.intValue ?? 0) })
        }
    }

    private var journal: [JSON] {
        let bytes = (try? SecureFile.read(script + ".journal", limit: 1 << 20)) ?? []
        return bytes.split(separator: 10).compactMap { try? JSON.parse(Array($0)) }
    }
}
