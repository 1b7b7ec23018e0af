package import Posix

/// The service manager that started this program, where it wants to hear when the program is ready: systemd, for units of
/// `Type=notify` (sd_notify(3)).
package struct ServiceManager: Sendable {
    private let socket: String

    /// Nil where none asks.
    package init?(_ environment: Environment) {
        guard let socket = environment["NOTIFY_SOCKET"], !socket.isEmpty else { return nil }
        self.socket = socket
    }

    /// Says that the program does its work from now on. Who cannot be told gives the program up in its own time.
    package func ready() { try? UnixSocket.send("READY=1", to: socket) }
}
