/// Text that Slack takes as text, whatever it holds.
enum SlackText {
    static func escaped(_ text: String) -> String {
        var out = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            default: out.unicodeScalars.append(character)
            }
        }
        return out
    }

    static func link(_ name: String, _ url: String) -> String { "<\(url)|\(escaped(name))>" }

    /// At most so many characters, for a block that is too long is refused as a whole.
    static func cut(_ text: String, to limit: Int) -> String {
        text.unicodeScalars.count <= limit
            ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit - 1))) + "…"
    }
}
