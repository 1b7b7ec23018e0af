import Airbyte
import Launcher

extension LauncherError {
    /// Whose fault it is when it befalls this connector: an engine that goes away is not the connector's.
    func origin(of role: ConnectorRole) -> FailureReason.Origin { code == .engineAway ? .platform : role.origin }

    /// What the user can mend is the configuration's fault.
    var failureKind: FailureReason.Kind {
        switch code {
        case .notFound, .notAllowed, .unsupported: .config
        case .installFailed, .spawnFailed, .outOfMemory, .tooMuchOutput, .badFrame, .fileFailed: .system
        case .engineAway: .transient
        case .cancelled: .cancelled
        }
    }
}
