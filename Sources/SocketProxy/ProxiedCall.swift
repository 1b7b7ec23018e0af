import Glibc
import JSON
import Log
import Posix

/// One connection of a client: one request is read and judged, then bytes go both ways until both sides have ended.
///
/// Each direction ends by itself: a connector's input may be over for hours before its output is.
struct ProxiedCall: Sendable {
    let client: Descriptor
    let engine: String
    let log: Log

    /// Blocks until the call is over.
    func carryOut() {
        do throws(PosixError) {
            guard let (request, rest) = try readHead(), let opening = try judge(request, rest) else { return }
            guard let socket = UnixSocket.connect(to: engine) else { return try engineIsAway() }
            try socket.write(opening)
            relay(with: socket)
        } catch {
            // The other side is gone; so is this call.
        }
    }

    /// What of the head was read, and what came behind it. Nil where there is nothing, or nothing that makes sense.
    private func readHead() throws(PosixError) -> (EngineRequest, [UInt8])? {
        var bytes: [UInt8] = []
        let end: [UInt8] = [13, 10, 13, 10]
        while bytes.count <= EngineRequest.longestHead {
            let part = try client.read(upTo: 16 << 10)
            if part.isEmpty { return nil }
            let from = max(0, bytes.count - 3)
            bytes += part
            guard let place = bytes[from...].firstRange(of: end) else { continue }
            guard let request = EngineRequest(bytes[..<place.lowerBound]) else { break }
            return (request, Array(bytes[place.upperBound...]))
        }
        try answer(400, "This is no request that the engine's clients send.")
        return nil
    }

    /// What the engine gets of the request; nil where that was answered here.
    private func judge(_ request: EngineRequest, _ rest: [UInt8]) throws(PosixError) -> [UInt8]? {
        if let sentence = EngineRules.refusal(of: request) {
            try refuse(request, sentence)
            return nil
        }
        if request.makesContainer { return try newContainer(request, rest) }
        guard let name = request.container else { return request.head() + rest }
        switch EngineContainer.named(name, at: engine) {
        case .ours(let id): return request.about(container: id).head() + rest
        case .somebodyElses: try refuse(request, "\(name) is not one of the containers that were made here.")
        case .unknown(let answer): try close(with: answer)
        case .engineAway: try engineIsAway()
        }
        return nil
    }

    /// The request to make a container, written anew out of what was understood of it; nil where it was refused.
    private func newContainer(_ request: EngineRequest, _ rest: [UInt8]) throws(PosixError) -> [UInt8]? {
        guard let length = request.header("content-length").flatMap({ Int($0) }),
            (2...EngineRequest.longestBody) ~= length,
            !request.hasHeader("transfer-encoding"), !request.hasHeader("upgrade"), rest.count <= length
        else {
            try refuse(request, "What a container is to be must come in one piece, of a length that is told.")
            return nil
        }
        var body = rest
        while body.count < length {
            let part = try client.read(upTo: length - body.count)
            if part.isEmpty { return nil }
            body += part
        }
        guard let wanted = try? JSON.parse(body) else {
            try refuse(request, "What a container is to be must be JSON.")
            return nil
        }
        if let sentence = ContainerRules.refusal(of: wanted) {
            try refuse(request, sentence)
            return nil
        }
        let understood = Array(wanted.text.utf8)
        return request.head(bodyLength: understood.count) + understood
    }

    private func relay(with socket: Descriptor) {
        let answered = Semaphore()
        Thread.start(stack: 1 << 18) { [client] in
            Self.copy(from: socket, to: client)
            shutdown(client.raw, Int32(SHUT_WR))
            answered.signal()
        }
        Self.copy(from: client, to: socket)
        shutdown(socket.raw, Int32(SHUT_WR))
        answered.wait()
    }

    /// Until the end of `source`. What `target` no longer takes is read all the same: bytes that are left lying when a
    /// socket is closed take back what was sent over it.
    private static func copy(from source: Descriptor, to target: Descriptor) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
        defer { buffer.deallocate() }
        var isWanted = true
        while let count = try? source.read(into: buffer), count > 0 {
            guard isWanted else { continue }
            do { try target.write(UnsafeRawBufferPointer(rebasing: buffer[..<count])) } catch { isWanted = false }
        }
    }

    private func refuse(_ request: EngineRequest, _ sentence: String) throws(PosixError) {
        log.warning("Refused \(request.method) /\(request.path.joined(separator: "/").prefix(200)): \(sentence)")
        try answer(403, sentence)
    }

    private func engineIsAway() throws(PosixError) {
        try answer(502, "The container engine does not answer at \(engine).")
    }

    /// As the engine would say it.
    private func answer(_ status: Int, _ sentence: String) throws(PosixError) {
        let body = (["message": .string(sentence)] as JSON).text
        let reason = [400: "Bad Request", 403: "Forbidden", 502: "Bad Gateway"][status] ?? "Error"
        let head =
            "HTTP/1.1 \(status) \(reason)\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
            + "Connection: close\r\n\r\n"
        try close(with: Array((head + body).utf8))
    }

    private func close(with answer: [UInt8]) throws(PosixError) {
        try client.write(answer)
        shutdown(client.raw, Int32(SHUT_WR))
        // What still comes is read, or the answer might be lost; see `copy`.
        var left = 4 << 20
        while left > 0, let part = try? client.read(upTo: 64 << 10), !part.isEmpty { left -= part.count }
    }
}
