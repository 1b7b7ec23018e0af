/// A command line that asks how the program is called; no failure, so it goes to standard output.
struct HelpRequest: Error {
    let usage: String
}
