import Airbyte
import JSON
import Model
import SchemaChanges

/// The streams that a request of the public API asks for.
struct StreamWishes: Sendable {
    private static let most = 10_000
    /// Empty: all that there are.
    let wishes: [StreamWish]

    /// From `configurations`; without streams in it, all are meant.
    init(_ body: Body) throws {
        wishes = try body.optional("configurations", as: Body.self)?.optional("streams") ?? []
        guard wishes.count <= Self.most else {
            throw Problem.unprocessable("configurations.streams must hold \(Self.most) at most.")
        }
    }

    /// The streams as the source offers them. Throws 400 where it does not offer one, or not so.
    func catalog(from offered: AirbyteCatalog) throws -> SyncCatalog {
        guard !wishes.isEmpty else { return try Self.everything(of: offered) }
        let byName = Dictionary(grouping: offered.streams, by: \.name)
        return try Self.distinct(
            wishes.map { wish in
                let fitting = (byName[wish.name] ?? []).filter {
                    wish.namespace == nil || $0.namespace == wish.namespace
                }
                guard let stream = fitting.first else {
                    throw Problem.badRequest(
                        "The source has no stream \(wish.descriptor); GET /streams lists what it has.")
                }
                guard Set(fitting.map(\.descriptor)).count == 1 else {
                    throw Problem.badRequest("The stream \(wish.name) is in several namespaces; give namespace.")
                }
                return try wish.configured(stream)
            })
    }

    /// The streams before their source has been heard of.
    func awaitedCatalog() throws -> SyncCatalog {
        guard !wishes.isEmpty else {
            throw Problem(
                .unavailable,
                "The source has not told its streams yet, and its discovery goes on; send the request again in a while, or "
                    + "name the streams in configurations.streams.")
        }
        return try Self.distinct(wishes.map(\.awaited))
    }

    private static func everything(of offered: AirbyteCatalog) throws -> SyncCatalog {
        guard !offered.streams.isEmpty else {
            throw Problem.unprocessable(
                "The source has no streams, so there is nothing to connect; look at its configuration.")
        }
        var seen: Set<StreamDescriptor> = []
        let streams = offered.streams.filter { seen.insert($0.descriptor).inserted }.map { stream in
            let isReadWhole = stream.supportedSyncModes.isEmpty || stream.supportedSyncModes.contains(.fullRefresh)
            return SyncCatalog.Stream(
                stream: isReadWhole
                    ? ConfiguredStream(stream: stream, syncMode: .fullRefresh, destinationSyncMode: .overwrite)
                    : ConfiguredStream(proposing: stream),
                selectsFields: false, mappers: [], contract: nil)
        }
        return SyncCatalog(streams: streams)
    }

    private static func distinct(_ streams: [SyncCatalog.Stream]) throws -> SyncCatalog {
        var seen: Set<StreamDescriptor> = []
        for descriptor in streams.map(\.stream.descriptor) where !seen.insert(descriptor).inserted {
            throw Problem.badRequest("The stream \(descriptor) is asked for twice.")
        }
        return SyncCatalog(streams: streams)
    }
}

extension StreamWish {
    fileprivate var descriptor: StreamDescriptor { StreamDescriptor(name: name, namespace: namespace) }
}
