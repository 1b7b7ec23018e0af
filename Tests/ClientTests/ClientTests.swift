import Posix
import Testing

/// Clients as their users install them, driven against running programs. What is asked of each is in
/// `Tests/Clients/NAME/drive.py`; what it installs is kept beside the build.
@Suite(.serialized, .timeLimit(.minutes(20))) struct ClientTests {
    /// On both stores at once: clients wait more than they work.
    @Test(arguments: Client.chosen) func `a client works unmodified`(_ client: Client) async throws {
        async let sqlite: Void = drive(client.rawValue, on: .sqlite)
        async let postgres: Void = drive(client.rawValue, on: .postgres)
        _ = try await (sqlite, postgres)
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
