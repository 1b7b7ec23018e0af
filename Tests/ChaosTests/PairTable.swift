import Posix
import Postgres
import SQL

/// The tables that are moved, and what is in them.
enum PairTable: String, CaseIterable, Sendable {
    case things, others

    /// Rows that nobody writes to.
    static let untouched = 10_001...20_000

    /// So wide that a copy takes more than one batch.
    var rows: Int { self == .things ? 40_000 : 2_000 }

    var script: String {
        """
        CREATE SEQUENCE IF NOT EXISTS written;
        CREATE TABLE \(rawValue) (id int PRIMARY KEY, u uuid NOT NULL, j jsonb, n numeric, at timestamptz, t text,
            written bigint NOT NULL DEFAULT nextval('written'));
        INSERT INTO \(rawValue) SELECT g, md5(g::text)::uuid, jsonb_build_object('n', g / 4.0, 'a', ARRAY[g, NULL]),
            g / 7.0, to_timestamp(g * 1e5 / 3), repeat('p', 900) FROM generate_series(1, \(rows)) g;

        """
    }

    /// Notes each row that was ever there in `kept.seen`.
    var keepingScript: String {
        """
        CREATE SCHEMA IF NOT EXISTS kept;
        CREATE TABLE IF NOT EXISTS kept.seen (sum text);
        CREATE OR REPLACE FUNCTION kept.keep() RETURNS trigger LANGUAGE plpgsql AS
            $$BEGIN INSERT INTO kept.seen SELECT \(Self.sum("NEW.")); RETURN NULL; END$$;
        CREATE TRIGGER keep AFTER INSERT OR UPDATE ON \(rawValue) FOR EACH ROW EXECUTE FUNCTION kept.keep();
        INSERT INTO kept.seen SELECT \(Self.sum()) FROM \(rawValue);

        """
    }

    /// A digest of a row, the same on both sides.
    static func sum(_ row: String = "") -> String {
        // JSON's own null arrives as NULL.
        let values = [
            "\(row)id::bigint", "\(row)u::text", "nullif(\(row)j, 'null'::jsonb)", "\(row)n::numeric",
            "\(row)at::timestamptz", "\(row)t::text", "\(row)written::bigint",
        ]
        return "md5(ROW(\(values.joined(separator: ", ")))::text)"
    }

    /// Every row as its key and its digest, in order.
    func rows(in url: String, where condition: String = "true") async throws -> [String] {
        try await Self.values(
            "SELECT id::text || ' ' || \(Self.sum()) AS value FROM \(rawValue) WHERE \(condition) ORDER BY id, 1",
            in: url)
    }

    static func values(_ sql: String, in url: String) async throws -> [String] {
        try await Thread.value {
            try PostgresConnection(PostgresSettings(url: url)).rows(Query(trusted: sql)).map { try $0.get("value") }
        }
    }
}
