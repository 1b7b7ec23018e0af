package import JSON
import Posix

/// A connection from the connector `exec:source-scripted`, which plays a script of steps.
package struct ScriptedConnection: Sendable {
    package let id: JSON
    private let source: JSON
    private let streams: JSON?
    private let api: APIClient

    /// - Parameter streams: what the source offers; nil: the stream `numbers`.
    package init(
        _ api: APIClient, to destination: JSON, _ syncMode: JSON = "incremental",
        _ destinationSyncMode: JSON = "append_dedup", streams: JSON? = nil, more: JSONObject = [:],
        playing script: [JSON]
    ) async throws {
        self.api = api
        self.streams = streams
        source = try await api.source("exec:source-scripted", Self.configuration(script, streams))
        id = try await api.connection(from: source, to: destination, syncMode, destinationSyncMode, more: more)
    }

    /// Gives the source another script.
    package func play(_ script: [JSON]) async throws {
        let configuration = Self.configuration(script, streams)
        try await api.ask(
            "sources/update", ["sourceId": source, "name": "scripted", "connectionConfiguration": configuration])
    }

    package func sync() async throws -> EndedJob { EndedJob(try await api.ended(api.sync(id))) }

    /// Changes the configuration of every stream.
    package func configure(_ change: (inout JSON) -> Void) async throws { try await api.configure(id, change) }

    /// Up to which number the saved state of each stream says that it is there.
    package var saved: [String: Int] {
        get async throws {
            let state = try await api.ask("state/get", ["connectionId": id])
            let streams = state["globalState"]?["streamStates"] ?? state["streamState"] ?? []
            let pairs = (streams.arrayValue ?? []).compactMap { stream -> (String, Int)? in
                guard let name = stream["streamDescriptor"]?["name"]?.stringValue,
                    let last = stream["streamState"]?["last"]?.intValue
                else { return nil }
                return (name, last)
            }
            return Dictionary(pairs) { $1 }
        }
    }

    private static func configuration(_ script: [JSON], _ streams: JSON?) -> JSON {
        var configuration: JSON = ["script": .array(script)]
        configuration["streams"] = streams
        return configuration
    }
}
