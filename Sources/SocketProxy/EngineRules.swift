/// Which calls pass: to make, fill, feed, watch and end containers of one's own, and to fetch and drop images. No exec, no
/// copying out, no lists, no volumes, no networks, no build, no swarm.
package enum EngineRules {
    /// A sentence where the request may not pass. What a new container may be is judged by its body, and that a container
    /// is one's own by asking the engine.
    package static func refusal(of request: EngineRequest) -> String? {
        // Older versions take a container's rights from other calls, too.
        if let version = request.version, !(25...99).contains(version) {
            return "Only versions 1.25 to 1.99 of the engine's API pass."
        }
        guard request.path.allSatisfy(isPlain), passes(request) else {
            let path = request.path.joined(separator: "/").prefix(200)
            return "\(request.method) /\(path) is not among the calls that pass here."
        }
        // Any other protocol could carry requests that nobody judges, HTTP/2 for one.
        if request.hasHeader("upgrade"), request.path.last != "attach" || request.header("upgrade") != "tcp" {
            return "Only a container's streams may be upgraded to."
        }
        return nil
    }

    private static func passes(_ request: EngineRequest) -> Bool {
        let path = request.path
        switch (request.method, path.first, path.count) {
        case ("GET", "_ping", 1), ("HEAD", "_ping", 1), ("GET", "version", 1), ("GET", "info", 1): return true
        case ("POST", "containers", 2): return path[1] == "create"
        case ("DELETE", "containers", 2): return path[1] != "create"
        case ("GET", "containers", 3): return path[2] == "json"
        case ("POST", "containers", 3):
            return ["attach", "start", "stop", "kill", "wait", "resize"].contains(path[2])
        case ("PUT", "containers", 3), ("HEAD", "containers", 3): return path[2] == "archive"
        case ("GET", "images", 3...): return path.last == "json"
        // From a registry, not from what is sent, or from an address that the engine reaches.
        case ("POST", "images", 2):
            return path[1] == "create" && request.parameters.allSatisfy(["fromImage", "tag", "platform"].contains)
        case ("DELETE", "images", 2...): return true
        default: return false
        }
    }

    /// Nothing that an engine would read as another path.
    private static func isPlain(_ part: String) -> Bool {
        !part.isEmpty && part != "." && part != ".."
            && part.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                default: "_.:@-".utf8.contains(byte)
                }
            }
    }
}
