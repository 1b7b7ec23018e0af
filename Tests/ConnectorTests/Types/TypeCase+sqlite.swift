/// The declared types of SQLite, with what columns of each may hold.
extension TypeCase {
    static let sqlite: [TypeCase] = [
        TypeCase(
            "INTEGER", .init("-9223372036854775808", "-9223372036854775808"),
            .init("9223372036854775807", "9223372036854775807")),
        TypeCase("BIGINT", .init("0", "0")), TypeCase("UNSIGNED BIG INT", .init("7", "7")),
        TypeCase(
            "REAL", .init("0.1", "0.1"), .init("2", "2.0"), .init("0.30000000000000004", "0.30000000000000004"),
            .init(
                "1.7976931348623157e308", "1.7976931348623157e+308",
                postgres: "17976931348623157" + String(repeating: "0", count: 292), sqlite: "1.7976931348623157e+308"),
            .init(
                "5e-324", "5e-324", postgres: "0." + String(repeating: "0", count: 323) + "5", sqlite: "5e-324"),
            .init("9e999", #""Infinity""#), .init("-9e999", #""-Infinity""#)),
        TypeCase("DOUBLE PRECISION", .init("1.5", "1.5")), TypeCase("FLOAT", .init("-1.5", "-1.5")),
        TypeCase("NUMERIC", .init("7", "7"), .init("7.25", "7.25")),
        TypeCase("DECIMAL(10, 2)", .init("12345678.9", "12345678.9")),
        TypeCase(
            "TEXT", .init("''", #""""#), .init("'a\"\\' || char(10, 9, 1, 233, 128512)", #""a\"\\\n\t\u0001é😀""#),
            .init("'007'", #""007""#)),
        TypeCase("VARCHAR(20)", .init("'x'", #""x""#)), TypeCase("CLOB", .init("'x'", #""x""#)),
        TypeCase("UUID", .init("'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", #""a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11""#)),
        TypeCase("BLOB", .init("x''", #""""#), .init("x'00ff10'", #""AP8Q""#)),
        TypeCase("BOOLEAN", .init("1", "true", sqlite: "1"), .init("0", "false", sqlite: "0")),
        TypeCase("DATE", .init("'2024-02-29'", #""2024-02-29""#), .init("'0001-01-01'", #""0001-01-01""#)),
        TypeCase("TIME", .init("'09:30:00'", #""09:30:00""#, sqlite: "09:30:00.000000")),
        TypeCase(
            "DATETIME",
            .init(
                "'2024-01-31 09:30:00'", #""2024-01-31T09:30:00""#, postgres: "2024-01-31 09:30:00",
                sqlite: "2024-01-31T09:30:00.000000")),
        TypeCase(
            "TIMESTAMP",
            .init(
                "'2024-01-31T09:30:00.123'", #""2024-01-31T09:30:00.123""#, postgres: "2024-01-31 09:30:00.123",
                sqlite: "2024-01-31T09:30:00.123000")),
        TypeCase(
            "TIMESTAMP WITH TIME ZONE",
            .init(
                "'2024-01-31 09:30:00+05:45'", #""2024-01-31T09:30:00+05:45""#, postgres: "2024-01-31 03:45:00",
                sqlite: "2024-01-31T03:45:00.000000Z")),
        TypeCase("JSON", .init(#"'{"a": [1, null]}'"#, #"{"a":[1,null]}"#), .init("7", "7")),
        TypeCase("", .init("'x'", #""x""#, postgres: #""x""#), .init("2.5", "2.5"), .init("7", "7")),
    ]
}
