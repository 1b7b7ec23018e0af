import CMicroHTTPD
import Glibc
import Posix

extension Exchange {
    /// Hands the answer to libmicrohttpd. False closes the connection.
    func send(_ response: HTTPResponse) -> Bool {
        var response = response
        if !response.canBeSent {
            core.note(
                "The answer of \(request?.operation ?? "") to request \(id) has a status or header that cannot be sent."
            )
            response = failure(HTTPError(.internalError, "The server made an answer that cannot be sent."))
            // Whatever went wrong may be in the failure as well.
            guard response.canBeSent else { return false }
        }
        guard let handed = handedOver(response) else { return false }
        defer { MHD_destroy_response(handed) }
        for field in response.headers.fields
        where !Self.ownHeaders.contains(where: { HTTPHeaders.equal($0, field.name) }) {
            guard MHD_add_response_header(handed, field.name, field.value) == .YES else { return false }
        }
        _ = MHD_add_response_header(handed, "X-Request-Id", id.description)
        if response.closesConnection { _ = MHD_add_response_header(handed, "Connection", "close") }
        return MHD_queue_response(connection, UInt32(response.status), handed) == .YES
    }

    /// The body as libmicrohttpd takes it; nil where it has no memory or no descriptor left.
    private func handedOver(_ response: HTTPResponse) -> OpaquePointer? {
        if let file = response.fileBody, !response.hasNoBody {
            // libmicrohttpd closes what it is given.
            let copy = fcntl(file.file.raw, F_DUPFD_CLOEXEC, 0)
            guard copy >= 0 else { return nil }
            guard let handed = MHD_create_response_from_fd_at_offset64(UInt64(file.size), copy, 0) else {
                close(copy)
                return nil
            }
            return handed
        }
        let body = response.hasNoBody ? [] : response.body
        return body.withUnsafeBytes { bytes in
            MHD_create_response_from_buffer(
                bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
        }
    }

    /// Answers before the body was read. The connection is closed after that.
    func refuse(_ error: HTTPError) -> Bool {
        core.watch.letDown(swiftlet_mhd_socket(connection))
        return send(failure(error))
    }

    /// Answers in the middle of a body, which libmicrohttpd cannot: the answer is written to the socket, on which
    /// nothing else is under way, and the connection is closed.
    func cutOff(_ error: HTTPError) -> Bool {
        let response = failure(error)
        let reason = String(cString: MHD_get_reason_phrase_for(UInt32(response.status)))
        let head =
            "HTTP/1.1 \(response.status) \(reason)\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(response.body.count)\r\nX-Request-Id: \(id)\r\nConnection: close\r\n\r\n"
        let bytes = Array(head.utf8) + response.body
        let socket = swiftlet_mhd_socket(connection)
        core.watch.letDown(socket)
        // Best effort: the client is owed nothing more, and this thread must not wait for it.
        _ = Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        return false
    }

    /// Written by the server itself.
    private static let ownHeaders = ["Content-Length", "Transfer-Encoding", "Connection", "Date", "X-Request-Id"]
}
