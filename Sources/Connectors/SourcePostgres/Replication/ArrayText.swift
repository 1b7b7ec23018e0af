/// Texts as the server reads an array of them.
struct ArrayText {
    private var text = "{"

    /// The whole array.
    var closed: String { text + "}" }

    mutating func append(_ item: String) {
        if text.utf8.count > 1 { text += "," }
        text += "\""
        for scalar in item.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { text += "\\" }
            text.unicodeScalars.append(scalar)
        }
        text += "\""
    }
}
