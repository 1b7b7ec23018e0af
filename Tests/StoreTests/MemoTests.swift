import JSON
import Model
import SQL
import Store
import TestKit
import Testing

@Suite("Texts that are decoded once", .timeLimit(.minutes(3)))
struct MemoTests {
    @Test(arguments: Dialect.Engine.allCases)
    func `two spellings of one letter are read as they were stored`(engine: Dialect.Engine) async throws {
        let fixture = try await StoreFixture(engine)
        let spellings = ["\u{e9}", "e\u{301}"]
        for spelling in spellings + spellings {
            var source = fixture.source
            source.configuration = ["city": .string(spelling)]
            try await fixture.database.write { [source] in try $0.update(source) }
            let read = try await fixture.database.read { [source] in try $0.connector(.source, source.id) }
            let city = try #require(read.configuration["city"]?.stringValue)
            #expect(city.utf8.elementsEqual(spelling.utf8))
        }
    }
}
