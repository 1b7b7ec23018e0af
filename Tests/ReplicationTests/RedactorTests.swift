import Replication
import Testing

@Suite("Masking secrets")
struct RedactorTests {
    @Test func `secrets are replaced wherever they stand, longest first`() {
        let redactor = Redactor(["pass", "password1", "abc", ""])
        #expect(redactor.redact("password1 and pass; abc") == "********** and **********; abc")
    }

    @Test func `the form inside JSON and each line of a key are masked too`() {
        let redactor = Redactor(["quo\"te\\", "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG\n-----END KEY-----"])
        #expect(redactor.redact(#"{"p":"quo\"te\\"}"#) == #"{"p":"**********"}"#)
        #expect(redactor.redact("line MIIEvQIBADANBgkqhkiG end") == "line ********** end")
    }
}
