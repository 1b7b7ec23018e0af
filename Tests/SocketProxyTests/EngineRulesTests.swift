import SocketProxy
import Testing

@Suite("What of a container engine passes")
struct EngineRulesTests {
    private func request(_ line: String, _ headers: String...) -> EngineRequest? {
        EngineRequest(Array(([line + " HTTP/1.1", "Host: engine"] + headers).joined(separator: "\r\n").utf8))
    }

    private func passes(_ line: String, _ headers: String...) -> Bool {
        guard let request = EngineRequest(Array(([line + " HTTP/1.1"] + headers).joined(separator: "\r\n").utf8)) else {
            return false
        }
        return EngineRules.refusal(of: request) == nil
    }

    @Test(arguments: [
        "GET /_ping", "HEAD /_ping", "GET /v1.41/version", "GET /info", "POST /v1.41/containers/create?name=swiftlet-1",
        "PUT /v1.41/containers/swiftlet-1/archive?path=%2Fswiftlet", "POST /v1.41/containers/c0ffee/start",
        "POST /containers/c0ffee/wait?condition=next-exit", "GET /v1.41/images/airbyte/source-faker:7.2.1/json",
        "POST /v1.41/images/create?fromImage=airbyte%2Fsource-faker&tag=7.2.1",
        "DELETE /v1.41/images/ghcr.io/acme/source:1", "DELETE /v1.41/containers/swiftlet-1?force=1&v=1",
    ])
    func `what launching takes does`(line: String) {
        #expect(passes(line))
    }

    @Test(arguments: [
        "POST /v1.41/containers/c0ffee/exec", "POST /exec/1/start", "GET /containers/c0ffee/archive?path=/etc",
        "GET /containers/json", "GET /containers/c0ffee/logs", "POST /containers/c0ffee/rename?name=x",
        "POST /containers/c0ffee/update", "GET /volumes", "POST /networks/create", "POST /build", "POST /session",
        "POST /grpc", "POST /swarm/init", "POST /commit?container=c0ffee", "POST /images/load",
        "GET /images/json", "POST /images/create?fromSrc=-", "POST /images/create?f%72omSrc=-",
        "POST /plugins/pull?remote=x", "POST /v1.24/containers/c0ffee/start", "POST /v1.041x/containers/c0ffee/start",
        "DELETE /containers/create", "GET /v1.41", "GET /", "GET //info", "GET /images/../containers/x/json",
        "POST /containers/x/%65xec", "POST /containers/x%2fexec/start", "get /info", "OPTIONS /info",
    ])
    func `nothing else does`(line: String) {
        #expect(!passes(line))
    }

    @Test func `only a container's streams are upgraded to`() {
        #expect(passes("POST /containers/c0ffee/attach?stream=1", "Connection: Upgrade", "Upgrade: tcp"))
        #expect(!passes("POST /containers/c0ffee/attach?stream=1", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk"))
        #expect(!passes("POST /containers/c0ffee/attach?stream=1", "Upgrade: tcp", "Upgrade: h2c"))
        #expect(!passes("GET /info", "Upgrade: h2c"))
    }

    @Test(arguments: [
        "GET /info", "GET /info HTTP/1.0", "GET /info HTTP/2.0", "PRI * HTTP/2.0", "GET info HTTP/1.1",
        "GET /info HTTP/1.1 x", "GET  /info HTTP/1.1", "GET /info HTTP/1.1\r\n Host: x", "GET /info HTTP/1.1\r\nHost",
        "GET /info HTTP/1.1\r\nHost : x", "GET /info HTTP/1.1\nHost: x", "GET /ïnfo HTTP/1.1", "GET /info\t HTTP/1.1",
        "GET /info HTTP/1.1\r\nX: a\rb",
    ])
    func `a head that could be read in another way is none`(head: String) {
        #expect(EngineRequest(Array(head.utf8)) == nil)
    }

    @Test func `what is asked of a container is asked of the one that was looked at`() throws {
        let asked = try #require(request("DELETE /v1.41/containers/mine?force=1", "Connection: keep-alive"))
        #expect(asked.container == "mine")
        let head = String(decoding: asked.about(container: "c0ffee").head(), as: UTF8.self)
        #expect(
            head == "DELETE /v1.41/containers/c0ffee?force=1 HTTP/1.1\r\nhost: engine\r\nconnection: close\r\n\r\n")
    }

    @Test func `a request to make one is about none that exists`() throws {
        let asked = try #require(request("POST /containers/create?name=x"))
        #expect(asked.makesContainer)
        #expect(asked.container == nil)
        #expect(try #require(request("GET /containers/create/json")).container == "create")
    }

    @Test func `a container is one's own by its label`() {
        func judge(_ text: String) -> String {
            switch EngineContainer.judge(Array(text.utf8)) {
            case .ours(let id): "ours \(id)"
            case .somebodyElses: "somebody else's"
            case .unknown: "unknown"
            case .engineAway: "away"
            }
        }
        let head = "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n"
        #expect(judge(head + #"{"Id": "c0ffee", "Config": {"Labels": {"swiftlet.attempt": "a"}}}"#) == "ours c0ffee")
        #expect(judge(head + #"{"Id": "c0ffee", "Config": {"Labels": {"other": "a"}}}"#) == "somebody else's")
        #expect(judge(head + #"{"Id": "c0ffee", "Config": {"Labels": null}}"#) == "somebody else's")
        #expect(judge(head + #"{"Id": "c0ffee", "Config"#) == "somebody else's")
        #expect(judge("HTTP/1.0 404 Not Found\r\n\r\n{}") == "unknown")
        #expect(judge("HTTP/1.0 2") == "away")
        #expect(judge("") == "away")
    }
}
