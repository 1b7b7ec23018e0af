import API
import Access
import HTTP

/// Takes every request for the same caller's.
struct FixedCaller: CallerFinding {
    let one: Caller

    func caller(of request: HTTPRequest) async throws -> Caller? { one }
}
