/// The types of Postgres, with the values at their edges.
extension TypeCase {
    static let postgresDefinitions = """
        CREATE TYPE mood AS ENUM ('sad', 'very glad');
        CREATE DOMAIN age AS int CHECK (VALUE > 0);
        CREATE TYPE pair AS (a int, b text);
        """

    private static let digits = String(repeating: "1234567890", count: 12)
    private static let manyDigits = String(repeating: "9", count: 1000)

    static let postgres: [TypeCase] =
        numbers + texts + times + documents + [
            TypeCase("boolean", .init("true", "true", sqlite: "1"), .init("false", "false", sqlite: "0")),
            TypeCase("bytea", .init(#"'\x'"#, #""""#), .init(#"'\x00ff10'"#, #""AP8Q""#)),
            TypeCase(
                "uuid", .init("'A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11'", #""a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11""#)),
            TypeCase("bit(3)", .init("B'101'", #""101""#)), TypeCase("bit varying", .init("B'1'", #""1""#)),
            TypeCase("inet", .init("'192.168.0.1/24'", #""192.168.0.1/24""#), .init("'::1'", #""::1""#)),
            TypeCase("cidr", .init("'10.0.0.0/8'", #""10.0.0.0/8""#)),
            TypeCase("macaddr", .init("'08:00:2b:01:02:03'", #""08:00:2b:01:02:03""#)),
            TypeCase("int4range", .init("'[1,5]'", #""[1,6)""#), .init("'empty'", #""empty""#)),
            TypeCase("numrange", .init("'(,1.50]'", #""(,1.50]""#)),
            TypeCase("daterange", .init("'[2024-01-01,infinity)'", #""[2024-01-01,infinity)""#)),
            TypeCase("int4multirange", .init("'{[1,2),[5,6)}'", #""{[1,2),[5,6)}""#)),
            TypeCase("point", .init("'(1.5,-2)'", #""(1.5,-2)""#)), TypeCase("line", .init("'{1,2,3}'", #""{1,2,3}""#)),
            TypeCase("lseg", .init("'[(0,0),(1,1)]'", #""[(0,0),(1,1)]""#)),
            TypeCase("box", .init("'(1,1),(0,0)'", #""(1,1),(0,0)""#)),
            TypeCase("path", .init("'((0,0),(1,1))'", #""((0,0),(1,1))""#)),
            TypeCase("polygon", .init("'((0,0),(1,1),(1,0))'", #""((0,0),(1,1),(1,0))""#)),
            TypeCase("circle", .init("'<(0,0),2>'", #""<(0,0),2>""#)),
            TypeCase("tsvector", .init("'a:1 cat:2'", #""'a':1 'cat':2""#)),
            TypeCase("tsquery", .init("'a & !b'", #""'a' & !'b'""#)),
            TypeCase("pg_lsn", .init("'16/B374D848'", #""16/B374D848""#)),
            TypeCase("mood", .init("'very glad'", #""very glad""#)), TypeCase("age", .init("7", "7")),
            TypeCase(
                "pair", .init(#"ROW(1, 'q"')"#, #"{"a":1,"b":"q\""}"#),
                .init("ROW(NULL, NULL)", #"{"a":null,"b":null}"#)),
        ]

    private static let numbers: [TypeCase] = [
        TypeCase("smallint", .init("-32768", "-32768"), .init("32767", "32767")),
        TypeCase("integer", .init("-2147483648", "-2147483648"), .init("2147483647", "2147483647")),
        TypeCase(
            "bigint", .init("-9223372036854775808", "-9223372036854775808"),
            .init("9223372036854775807", "9223372036854775807")),
        TypeCase("oid", .init("4294967295", "4294967295")),
        TypeCase(
            "numeric", .init("1.50", "1.50", sqlite: "1.5"), .init("-0.00", "0.00", sqlite: "0.0"),
            .init("'NaN'", #""NaN""#), .init("'Infinity'", #""Infinity""#), .init("'-Infinity'", #""-Infinity""#),
            .init(digits, digits), .init("-0.\(digits)", "-0.\(digits)"), .init(manyDigits, manyDigits),
            .init("12345678901234567890.1200", "12345678901234567890.1200"),
            .init("9007199254740993", "9007199254740993"), .init("0.30000000000000004", "0.30000000000000004")),
        TypeCase("numeric(10,2)", .init("-12345678.90", "-12345678.90", sqlite: "-12345678.9")),
        TypeCase(
            "real", .init("1.1", "1.1"), .init("'-0'", "-0", postgres: "0", sqlite: "0"),
            .init(
                "3.4028235e+38", "3.4028235e+38", postgres: "34028235" + String(repeating: "0", count: 31),
                sqlite: "3.4028235e+38"),
            .init("'NaN'", #""NaN""#), .init("'-Infinity'", #""-Infinity""#)),
        TypeCase(
            "double precision", .init("0.1", "0.1"), .init("0.30000000000000004", "0.30000000000000004"),
            .init(
                "1.7976931348623157e+308", "1.7976931348623157e+308",
                postgres: "17976931348623157" + String(repeating: "0", count: 292), sqlite: "1.7976931348623157e+308"),
            .init(
                "5e-324", "5e-324", postgres: "0." + String(repeating: "0", count: 323) + "5", sqlite: "5e-324"),
            .init("'NaN'", #""NaN""#), .init("'Infinity'", #""Infinity""#)),
        TypeCase(
            "money", .init("'$1,234.56'", "1234.56"), .init("'-$0.01'", "-0.01"),
            .init("'-92233720368547758.08'", "-92233720368547758.08")),
    ]

    private static let texts: [TypeCase] = [
        TypeCase(
            "text", .init("''", #""""#), .init(#"E'a"\\\n\t\u0001é😀'"#, #""a\"\\\n\t\u0001é😀""#),
            .init("'infinity'", #""infinity""#), .init("'007'", #""007""#)),
        TypeCase("character varying(5)", .init("'12.50'", #""12.50""#)),
        TypeCase("character(3)", .init("'ab'", #""ab ""#)), TypeCase("name", .init("'pg_class'", #""pg_class""#)),
        TypeCase(#""char""#, .init("'x'", #""x""#)),
        TypeCase("xml", .init("'<a b=\"c\">d</a>'", #""<a b=\"c\">d</a>""#)),
        TypeCase(
            "interval", .init("'1 year 2 mons -3 days 04:05:06.789'", #""P1Y2M-3DT4H5M6.789S""#),
            .init("'0'", #""PT0S""#), .init("'-178000000 years'", #""P-178000000Y""#)),
    ]

    private static let times: [TypeCase] = [
        TypeCase(
            "date", .init("'2024-02-29'", #""2024-02-29""#), .init("'4714-11-24 BC'", #""4714-11-24 BC""#),
            .init("'0044-03-15 BC'", #""0044-03-15 BC""#), .init("'5874897-12-31'", #""5874897-12-31""#),
            .init("'infinity'", #""infinity""#), .init("'-infinity'", #""-infinity""#)),
        TypeCase(
            "time without time zone", .init("'00:00'", #""00:00:00""#, sqlite: "00:00:00.000000"),
            .init("'24:00'", #""24:00:00""#, sqlite: "24:00:00.000000"),
            .init("'23:59:59.999999'", #""23:59:59.999999""#)),
        TypeCase(
            "time with time zone",
            .init("'10:00+00'", #""10:00:00Z""#, postgres: "10:00:00+00", sqlite: "10:00:00.000000Z"),
            .init(
                "'23:59:59.5-15:59:59'", #""23:59:59.5-15:59:59""#, sqlite: "23:59:59.500000-15:59:59"),
            .init("'24:00+05:45'", #""24:00:00+05:45""#, sqlite: "24:00:00.000000+05:45")),
        TypeCase(
            "timestamp without time zone",
            .init(
                "'2024-01-31 09:30:00.5'", #""2024-01-31T09:30:00.5""#, postgres: "2024-01-31 09:30:00.5",
                sqlite: "2024-01-31T09:30:00.500000"),
            .init(
                "'4714-11-24 00:00:00 BC'", #""4714-11-24T00:00:00 BC""#, postgres: "4714-11-24 00:00:00 BC",
                sqlite: "4714-11-24T00:00:00.000000 BC"),
            .init(
                "'294276-12-31 23:59:59.999999'", #""294276-12-31T23:59:59.999999""#,
                postgres: "294276-12-31 23:59:59.999999", sqlite: "294276-12-31T23:59:59.999999"),
            .init("'-infinity'", #""-infinity""#)),
        TypeCase(
            "timestamp with time zone",
            .init(
                "'2024-01-31 09:30:00.123456+05:45'", #""2024-01-31T03:45:00.123456Z""#,
                postgres: "2024-01-31 03:45:00.123456", sqlite: "2024-01-31T03:45:00.123456Z"),
            .init(
                "'4714-11-24 00:00:00+00 BC'", #""4714-11-24T00:00:00Z BC""#, postgres: "4714-11-24 00:00:00 BC",
                sqlite: "4714-11-24T00:00:00.000000Z BC"),
            .init(
                "'294276-12-31 23:59:59.999999+00'", #""294276-12-31T23:59:59.999999Z""#,
                postgres: "294276-12-31 23:59:59.999999", sqlite: "294276-12-31T23:59:59.999999Z"),
            .init("'infinity'", #""infinity""#)),
    ]

    private static let documents: [TypeCase] = [
        TypeCase(
            "json",
            .init(
                #"E'{"a":\n 1.0, "b": [1e2, null, "\\u00e9"]}'"#, #"{"a":1.0,"b":[1e2,null,"é"]}"#,
                postgres: #"{"a":1.0,"b":[100,null,"é"]}"#, sqlite: #"{"a":1.0,"b":[1e2,null,"é"]}"#),
            .init(#"'"plain"'"#, #""plain""#, postgres: #""plain""#), .init("'7'", "7")),
        TypeCase(
            "jsonb",
            .init(
                #"'{"b":[1,null],"a":123456789012345678901234567890.5}'"#,
                #"{"a":123456789012345678901234567890.5,"b":[1,null]}"#),
            .init("'true'", "true")),
        TypeCase(
            "integer[]", .init("'{1,NULL,-3}'", "[1,null,-3]"), .init("'{{1,2},{3,4}}'", "[[1,2],[3,4]]"),
            .init("'{}'", "[]")),
        TypeCase("text[]", .init(#"ARRAY['x,y', 'q"', NULL, '']"#, #"["x,y","q\"",null,""]"#)),
        TypeCase("double precision[]", .init("ARRAY[0.1, 'NaN'::float8, '-Infinity']", #"[0.1,"NaN","-Infinity"]"#)),
        TypeCase("numeric[]", .init("ARRAY[\(digits), 1.50]", "[\(digits),1.50]")),
        TypeCase("boolean[]", .init("ARRAY[true, false]", "[true,false]")),
        TypeCase(
            "timestamp with time zone[]",
            .init("ARRAY['2024-01-31 09:30:00+01'::timestamptz]", #"["2024-01-31T08:30:00+00:00"]"#)),
        TypeCase("mood[]", .init("ARRAY['sad']::mood[]", #"["sad"]"#)),
        TypeCase("pair[]", .init("ARRAY[ROW(1, 'x')::pair]", #"[{"a":1,"b":"x"}]"#)),
        TypeCase("bytea[]", .init(#"ARRAY['\x00ff'::bytea]"#, #"["\\x00ff"]"#)),
    ]
}
