import JSON

/// A mapper's configuration while it is read; its errors name the mapper.
struct MapperConfig {
    let name: String
    let json: JSON

    func member(_ key: String) throws(MapperError) -> JSON {
        guard let value = json[key], !value.isNull else { throw invalid("needs \(key).") }
        return value
    }

    /// A text that is not empty.
    func text(_ key: String) throws(MapperError) -> String {
        guard let text = try member(key).stringValue, !text.isEmpty else {
            throw invalid("needs \(key) as a text that is not empty.")
        }
        return text
    }

    /// A text that may be empty or left out.
    func text(_ key: String, default other: String) throws(MapperError) -> String {
        guard let value = json[key], !value.isNull else { return other }
        guard let text = value.stringValue else { throw invalid("needs \(key) as a text.") }
        return text
    }

    /// One of the words that the type knows.
    func word<Word: RawRepresentable<String> & CaseIterable>(
        _ key: String, default other: Word? = nil
    ) throws(MapperError) -> Word {
        if let other, json[key]?.isNull ?? true { return other }
        guard let text = try member(key).stringValue, let word = Word(rawValue: text) else {
            throw invalid("needs \(key) as one of \(Word.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return word
    }

    func invalid(_ rest: String) -> MapperError { MapperError(.invalidConfig, "The mapper \(name) \(rest)") }
}
