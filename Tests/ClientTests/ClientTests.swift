import Posix
import Testing

/// Clients as their users install them, driven against running programs. What is asked of each is in
/// `Tests/Clients/NAME/drive.py`; what it installs is kept beside the build.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ClientTests {
    @Test(arguments: Client.allCases, ClientInstallation.Store.allCases)
    func `a client works unmodified`(_ client: Client, _ store: ClientInstallation.Store) async throws {
        try await drive(client.rawValue, on: store)
    }

    @Test(
        .enabled(
            if: Directory.exists(Client.descriptions),
            "Airbyte's own description of its API is not beside this checkout."),
        arguments: ClientInstallation.Store.allCases)
    func `answers are as Airbyte describes them`(_ store: ClientInstallation.Store) async throws {
        try await drive("contract", on: store)
    }

    private func drive(_ name: String, on store: ClientInstallation.Store) async throws {
        let installation = try await ClientInstallation.start(store)
        let run = try await ClientRun.of(name, on: installation)
        #expect(run.exit == .exited(0), "\(name) on \(store):\n\(run.tail)")
    }
}
