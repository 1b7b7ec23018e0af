/// A command line that makes no sense.
package struct UsageError: Error, Sendable {
    package let sentence: String
    package let usage: String

    package init(_ sentence: String, usage: String) {
        self.sentence = sentence
        self.usage = usage
    }
}
