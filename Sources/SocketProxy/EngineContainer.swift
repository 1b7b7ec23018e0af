import JSON
import Posix

/// What a container engine says of a container.
package enum EngineContainer {
    /// It is of the kind that passes here: made by this proxy's clients.
    case ours(id: String)
    case somebodyElses
    /// The engine's own answer that there is none, or that it cannot tell.
    case unknown(answer: [UInt8])
    case engineAway

    /// The label that every container made here carries, and no other.
    static let label = "swiftlet.attempt"

    static func named(_ name: String, at engine: String) -> EngineContainer {
        do throws(PosixError) {
            guard let socket = UnixSocket.connect(to: engine) else { return .engineAway }
            // To this version of HTTP it answers in one piece, and closes.
            try socket.write("GET /containers/\(name)/json HTTP/1.0\r\nHost: engine\r\n\r\n")
            return judge(try socket.readAll(limit: 4 << 20))
        } catch {
            return .engineAway
        }
    }

    package static func judge(_ answer: [UInt8]) -> EngineContainer {
        guard answer.starts(with: "HTTP/1.".utf8), let end = answer.firstRange(of: [13, 10, 13, 10]) else {
            return .engineAway
        }
        guard answer.dropFirst(8).starts(with: " 200".utf8) else { return .unknown(answer: answer) }
        guard let told = try? JSON.parse(Array(answer[end.upperBound...])), let id = told["Id"]?.stringValue,
            told["Config"]?["Labels"]?[label]?.stringValue != nil
        else { return .somebodyElses }
        return .ours(id: id)
    }
}
