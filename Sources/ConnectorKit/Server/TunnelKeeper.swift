import Posix
import Synchronization

/// Lends the tunnel of one configuration to all who connect, as long as one of them has it, and opens it anew when it broke.
final class TunnelKeeper: Sendable {
    private let options: TunnelOptions
    private let target: SSHTunnel.Target
    private let last = Mutex<WeakTunnel>(WeakTunnel())

    init(_ options: TunnelOptions, _ target: SSHTunnel.Target) {
        self.options = options
        self.target = target
    }

    func tunnel() throws -> SSHTunnel {
        try last.withLock { last in
            if let tunnel = last.tunnel, tunnel.isOpen { return tunnel }
            let tunnel = try SSHTunnel.open(options, target)
            last.tunnel = tunnel
            return tunnel
        }
    }

    private struct WeakTunnel {
        weak var tunnel: SSHTunnel?
    }
}
