import ConnectorKit
import Time

/// Times as Postgres keeps them: counted from the beginning of the year 2000.
enum PostgresEpoch {
    /// In days since the Unix epoch.
    static let day: Int64 = 10_957

    /// Kept within the years of four digits, as `TypedRow` does.
    static func microseconds(ofMilliseconds milliseconds: Int64) -> Int64 {
        (min(max(milliseconds, -62_135_596_800_000), 253_402_300_799_999) - day * 86_400_000) * 1000
    }

    static func days(_ date: CivilDate) -> Int32 { Int32(clamping: date.daysSinceEpoch - day) }

    /// Of a moment that a timestamp can hold.
    static func microseconds(_ date: CivilDate, _ time: Int64) -> Int64 {
        (date.daysSinceEpoch - day) * 86_400_000_000 + time
    }
}
