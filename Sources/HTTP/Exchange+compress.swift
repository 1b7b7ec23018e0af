extension Exchange {
    /// The answer in gzip, where its client takes that and it is worth it.
    ///
    /// Not where it sets a cookie: the length of a coded answer tells what a secret has in common with what an attacker
    /// made the client send (BREACH).
    func compressed(_ response: HTTPResponse, for request: HTTPRequest) -> HTTPResponse {
        if response.status == 304 { return notModified(response) }
        guard response.body.count >= Gzip.shortest, response.fileBody == nil, response.isText,
            response.headers["Set-Cookie"] == nil, response.headers["Content-Encoding"] == nil
        else { return response }
        var response = response
        response.headers.add("Vary", "Accept-Encoding")
        guard Gzip.isAccepted(by: request.headers.all("Accept-Encoding")), let coded = Gzip.compress(response.body)
        else { return response }
        response.body = coded
        response.headers["Content-Encoding"] = "gzip"
        response.headers["ETag"] = response.headers["ETag"].map(Gzip.marked(tag:))
        return response
    }

    /// Names the answer that the client has as it named it itself: a cache looks for it by just this tag
    /// (RFC 9111, section 4.3.4).
    private func notModified(_ response: HTTPResponse) -> HTTPResponse {
        guard let tag = response.headers["ETag"] else { return response }
        var response = response
        response.headers.add("Vary", "Accept-Encoding")
        if namedTags.contains(where: { $0.contains(Gzip.marked(tag: tag)) }) {
            response.headers["ETag"] = Gzip.marked(tag: tag)
        }
        return response
    }
}

extension HTTPResponse {
    fileprivate var isText: Bool {
        let type = (headers["Content-Type"] ?? "").lowercased()
        return type.hasPrefix("text/") || type.hasPrefix("application/json")
            || type.hasPrefix("application/problem+json")
    }
}
