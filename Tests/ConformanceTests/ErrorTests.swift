import SQL
import TestKit
import Testing

@Suite("Errors", .timeLimit(.minutes(3)))
struct ErrorTests {
    @Test(arguments: Dialect.Engine.allCases)
    func `violated constraints are told apart and named without their values`(engine: Dialect.Engine) async throws {
        let database = try await TestDatabase.open(engine)
        try await database.write { session in
            try session.run("CREATE TABLE parent (id BIGINT PRIMARY KEY)")
            try session.run(
                """
                CREATE TABLE child (
                    id BIGINT PRIMARY KEY REFERENCES parent, code TEXT NOT NULL UNIQUE,
                    CONSTRAINT code_is_short CHECK (length(code) < 12)
                )
                """)
            try session.run("INSERT INTO parent VALUES (1), (2)")
            try session.run("INSERT INTO child VALUES (1, 'classified')")
        }
        let unique = await failure(database, "INSERT INTO child VALUES (2, \("classified"))")
        #expect(unique?.code == .uniqueViolation)
        #expect(unique?.constraint?.contains("code") == true)
        let foreign = await failure(database, "INSERT INTO child VALUES (3, \("x"))")
        #expect(foreign?.code == .constraintViolation)
        let check = await failure(database, "INSERT INTO child VALUES (2, \("classified stuff"))")
        #expect(check?.code == .constraintViolation)
        #expect(check?.constraint == "code_is_short")
        let null = await failure(database, "INSERT INTO child VALUES (2, \(String?.none))")
        #expect(null?.code == .constraintViolation)
        for error in [unique, foreign, check, null] {
            #expect(error?.description.contains("classified") == false)
            #expect(error?.native?.isEmpty == false)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a broken query says what is wrong with it`(engine: Dialect.Engine) async throws {
        let database = try await TestDatabase.open(engine)
        #expect(await failure(database, "SELECT * FROM absent")?.message.contains("absent") == true)
        #expect(await failure(database, "SELEC 1")?.code == .other)
        #expect(await failure(database, "SELECT 1; SELECT 2") != nil)
        #expect(await failure(database, "SELECT \"nothing\"") != nil)
        // The connections are good again afterwards.
        #expect(try await database.read { try $0.value("SELECT 1", as: Int.self) } == 1)
    }

    @Test func `a value that Postgres cannot convert is not repeated`() async throws {
        let database = try await TestDatabase.open(.postgres)
        let error = await failure(database, "SELECT CAST(\("classified") AS BIGINT)")
        #expect(error?.code == .constraintViolation)
        #expect(error?.native == "22P02")
        #expect(error?.description.contains("classified") == false)
    }

    private func failure(_ database: any Database, _ query: Query) async -> DatabaseError? {
        await #expect(throws: DatabaseError.self) { try await database.write { try $0.run(query) } }
    }
}
