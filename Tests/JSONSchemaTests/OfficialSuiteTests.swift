import JSON
import JSONSchema
import Posix
import Testing

/// The cases that the JSON Schema organisation publishes for draft-07, as Debian's package json-schema-test-suite has them.
struct OfficialSuiteTests {
    private static let home = "/usr/share/json-schema-test-suite/tests/draft7"
    /// The formats that are known here; the others pass whatever they are given.
    private static let formats = ["date", "date-time", "email", "hostname", "ipv4", "ipv6", "time", "uri"]
    private static let optional = ["bignum", "ecmascript-regex", "zeroTerminatedFloats"]

    @Test func `every case is judged as it says, but for those listed with a reason`() throws {
        let files =
            try Directory.entries(Self.home).filter { $0.hasSuffix(".json") }
            + Self.optional.map { "optional/\($0).json" } + Self.formats.map { "optional/format/\($0).json" }
        var failed: Set<String> = []
        var count = 0
        for file in files.sorted() {
            let name = file.split(separator: "/").last?.dropLast(".json".count) ?? ""
            let bytes = try SecureFile.read("\(Self.home)/\(file)", limit: 1 << 22)
            for group in try #require(try JSON.parse(bytes).arrayValue) {
                let title = "\(name): \(group["description"]?.stringValue ?? "")"
                let tests = try #require(group["tests"]?.arrayValue)
                count += tests.count
                guard let schema = try? JSONSchema(group["schema"] ?? [:]) else {
                    failed.insert(title)
                    continue
                }
                for test in tests {
                    let violations = try? schema.violations(of: test["data"] ?? nil)
                    guard violations?.isEmpty != test["valid"]?.boolValue else { continue }
                    failed.insert("\(title): \(test["description"]?.stringValue ?? "")")
                }
            }
        }
        #expect(count > 450, "the suite is hardly there")
        let listed = Set(officialSuiteExceptions.keys)
        #expect(failed.subtracting(listed).sorted() == [], "these fail and are not listed")
        #expect(listed.subtracting(failed).sorted() == [], "these are listed and do not fail")
    }
}
