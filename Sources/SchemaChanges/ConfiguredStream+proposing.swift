package import Airbyte

extension ConfiguredStream {
    /// The modes that are proposed to a person: those that the stream would begin with, else Airbyte's plainest.
    package init(proposing stream: AirbyteStream, destination supported: [DestinationSyncMode] = []) {
        self =
            ConfiguredStream(adding: stream, destination: supported)
            ?? ConfiguredStream(stream: stream, syncMode: .fullRefresh, destinationSyncMode: .overwrite)
    }
}
