import Replication
import TestKit
import Testing

@Suite("Masking secrets")
struct RedactorTests {
    @Test(.proves("1.16-values")) func `secrets are replaced wherever they stand, longest first`() {
        let redactor = Redactor(["pass", "password1", "abc", ""])
        #expect(redactor.redact("password1 and pass; abc") == "********** and **********; abc")
    }

    @Test(.proves("1.16-values")) func `the forms of other languages and of URLs are masked too`() {
        let redactor = Redactor(["pä\"ss\\ /1"])
        for form in [
            "'pä\"ss\\\\ /1'", #""p\u00e4\"ss\\ /1""#, "'p\\u00e4\"ss\\\\ /1'", "'p%C3%A4%22ss%5C%20/1'",
            "'p%C3%A4%22ss%5C%20%2F1'", "'p%C3%A4%22ss%5C+%2F1'", "'p%C3%A4%22ss%5C+/1'",
        ] {
            let masked = redactor.redact("login(\(form))")
            #expect(masked.contains("login(") && masked.contains("**********"), "\(masked)")
            #expect(!masked.contains("ss"), "\(masked)")
        }
    }

    @Test func `a quote with an accent behind it is masked in each form`() {
        let redactor = Redactor(["se\"\u{301}cret'"])
        #expect(redactor.redact("{'p': 'se\"\u{301}cret''}") == "{'p': '**********'}")
        #expect(redactor.redact(#"{"p":"se\""# + "\u{301}" + #"cret'"}"#) == #"{"p":"**********"}"#)
    }

    @Test func `the form inside JSON and each line of a key are masked too`() {
        let redactor = Redactor(["quo\"te\\", "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG\n-----END KEY-----"])
        #expect(redactor.redact(#"{"p":"quo\"te\\"}"#) == #"{"p":"**********"}"#)
        #expect(redactor.redact("line MIIEvQIBADANBgkqhkiG end") == "line ********** end")
    }

    @Test func `a cut leaves no part of a secret, at either end`() {
        let redactor = Redactor(["canary-secret"])
        #expect(redactor.redact("0123456789canary-secret and more", limit: 14) == "0123456789********** … (cut)")
        #expect(redactor.redact("0123456789", limit: 10) == "0123456789")
        #expect(redactor.redactEnd(of: Array("before canary-secret!".utf8), limit: 8) == "*******!")
    }
}
