import CMicroHTTPD
import Glibc
import Posix

extension Exchange {
    /// Takes the next part of the request: its head, a piece of the body, its end, or the wake-up with the answer.
    /// False closes the connection.
    func receive(method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?, upload: UnsafeRawBufferPointer) -> Bool
    {
        if !hasHead {
            hasHead = true
            begin()
            do throws(HTTPError) { try readHead(method, version) } catch { refusal = error }
            // A refusal now means that no body is read, and that the connection is closed after it; where there is
            // no body to read it waits for the request's end, and the connection can be kept.
            if let refusal, request.map(\.announcesBody) ?? true { return refuse(refusal) }
            return true
        }
        if !upload.isEmpty {
            do throws(HTTPError) {
                try take(upload)
                return true
            } catch {
                return cutOff(error)
            }
        }
        if let answer { return send(answer) }
        if let refusal { return send(failure(refusal)) }
        guard var request else { return false }
        request.body = body
        body = []
        self.request?.body = []
        if handle(request) { return true }
        return answer.map { send($0) } ?? false
    }

    private func readHead(_ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?) throws(HTTPError) {
        guard swiftlet_mhd_header_size(connection) <= core.limits.headers else {
            throw HTTPError(.headersTooLarge, "The headers exceed \(core.limits.headers) bytes.")
        }
        guard let method, let version, let method = HTTPMethod(rawValue: String(cString: method)) else {
            throw HTTPError(.badRequest, "The request line is not well-formed.")
        }
        let headers = readHeaders()
        let request = HTTPRequest(
            id: id, method: method, target: try HTTPTarget(target), headers: headers, body: [],
            isFromLoopback: client.isFromLoopback, clientAddress: client.address)
        self.request = request
        let hosts = headers.all("Host").count
        guard hosts == 1 || hosts == 0 && String(cString: version) == "HTTP/1.0" else {
            throw HTTPError(.badRequest, "The request needs exactly one Host header.")
        }
        try checkFraming(headers)
        if headers.all("Content-Encoding").contains(where: { !HTTPHeaders.equal($0, "identity") }) {
            throw HTTPError(
                .unsupportedMediaType, "Compressed bodies are not taken; send the body without Content-Encoding.")
        }
        if let error = core.admission?(request) { throw error }
    }

    /// Where the length of a body can be read in two ways, a proxy and this server may disagree on where the next
    /// request begins (request smuggling), so such requests are refused.
    private func checkFraming(_ headers: HTTPHeaders) throws(HTTPError) {
        let lengths = headers.all("Content-Length")
        let encodings = headers.all("Transfer-Encoding")
        guard lengths.count <= 1, encodings.count <= 1, lengths.isEmpty || encodings.isEmpty else {
            throw HTTPError(.badRequest, "The length of the body is given more than once.")
        }
        if let encoding = encodings.first, !HTTPHeaders.equal(encoding, "chunked") {
            throw HTTPError(.notImplemented, "The only transfer encoding understood is 'chunked'.")
        }
        if let length = lengths.first {
            guard let length = Int(length), length >= 0 else {
                throw HTTPError(.badRequest, "Content-Length is not a number.")
            }
            guard length <= core.limits.body else { throw tooLarge }
        }
    }

    /// Handlers know entity tags without the mark of coded answers.
    private func readHeaders() -> HTTPHeaders {
        var sent = HTTPHeaders()
        withUnsafeMutablePointer(to: &sent) { pointer in
            _ = MHD_get_connection_values_n(
                connection, .HEADER_KIND,
                { owner, _, nameStart, nameSize, valueStart, valueSize in
                    guard let owner else { return .NO }
                    let name = String(
                        decoding: UnsafeRawBufferPointer(start: nameStart, count: nameSize), as: UTF8.self)
                    let value = String(
                        decoding: UnsafeRawBufferPointer(start: valueStart, count: valueSize), as: UTF8.self)
                    owner.assumingMemoryBound(to: HTTPHeaders.self).pointee.add(name, value)
                    return .YES
                }, pointer)
        }
        namedTags = sent.all("If-None-Match")
        if namedTags.isEmpty, sent["If-Match"] == nil { return sent }
        var headers = HTTPHeaders()
        for field in sent.fields { headers.add(field.name, Gzip.plainTags(field.name, field.value)) }
        return headers
    }

    private func take(_ upload: UnsafeRawBufferPointer) throws(HTTPError) {
        guard body.count + upload.count <= core.limits.body else { throw tooLarge }
        guard began.duration(to: .now) <= core.limits.upload else {
            throw HTTPError(.timeout, "The body took too long to arrive.")
        }
        guard core.reserve(upload.count) else {
            throw HTTPError(.unavailable, "The server is busy with other requests; try again.")
        }
        reserved += upload.count
        body.append(contentsOf: upload)
    }

    private var tooLarge: HTTPError {
        HTTPError(.bodyTooLarge, "The body exceeds \(core.limits.body) bytes.")
    }
}
