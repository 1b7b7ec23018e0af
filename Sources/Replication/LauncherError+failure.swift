import Airbyte
import Launcher

extension LauncherError {
    /// What the user can mend is the configuration's fault.
    var failureKind: FailureReason.Kind {
        switch code {
        case .notFound, .notAllowed, .unsupported: .config
        case .installFailed, .spawnFailed, .tooMuchOutput, .badFrame, .fileFailed: .system
        case .cancelled: .cancelled
        }
    }
}
