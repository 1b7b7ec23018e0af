import HTTP

extension HTTPRequest {
    /// The address that failed sign-ins are counted by: the client's own, or, behind proxies, what the outermost of them
    /// heard it from. What stands further left in `X-Forwarded-For` is the client's own word and worth nothing.
    func address(behind proxies: Int) -> String {
        guard proxies > 0 else { return clientAddress }
        let heard = headers.all("X-Forwarded-For").flatMap { $0.split(separator: ",") }
        guard heard.count >= proxies else { return clientAddress }
        let address = heard[heard.count - proxies].drop { $0 == " " }.prefix(64)
        return String(address)
    }
}
