/// Which calls pass: to make, fill, feed, watch and end containers, and to fetch and drop images. No exec, no copying out,
/// no volumes, no networks, no build, no swarm.
enum EngineRules {
    /// A sentence where the request may not pass; what a new container may be is judged by its body.
    static func refusal(of request: EngineRequest) -> String? {
        // Older versions take a container's rights from other calls, too.
        if let version = request.version, !(25...99).contains(version) {
            return "Only versions 1.25 to 1.99 of the engine's API pass."
        }
        let parts = request.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        guard parts.allSatisfy(isPlain), passes(request, parts) else {
            return "\(request.method) \(request.path) is not among the calls that pass here."
        }
        return nil
    }

    static func makesContainer(_ request: EngineRequest) -> Bool {
        request.method == "POST" && request.path == "/containers/create"
    }

    private static func passes(_ request: EngineRequest, _ parts: [String]) -> Bool {
        switch (request.method, parts.first, parts.count) {
        case ("GET", "_ping", 1), ("HEAD", "_ping", 1), ("GET", "version", 1), ("GET", "info", 1): true
        case ("GET", "containers", 2): parts[1] == "json"
        case ("POST", "containers", 2): parts[1] == "create"
        case ("DELETE", "containers", 2): true
        case ("GET", "containers", 3): parts[2] == "json"
        case ("POST", "containers", 3): ["attach", "start", "stop", "kill", "wait", "resize"].contains(parts[2])
        case ("PUT", "containers", 3), ("HEAD", "containers", 3): parts[2] == "archive"
        case ("GET", "images", 2...): parts.last == "json"
        case ("POST", "images", 2): parts[1] == "create" && !request.query.contains("fromSrc")
        case ("DELETE", "images", 2...): true
        case ("GET", "networks", 2): true
        default: false
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
