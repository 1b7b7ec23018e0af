package import Launcher
package import Posix

/// A running connector, as the replication sees it: three pipes and an end.
package protocol RunningConnector: Sendable {
    /// Nil for one that takes no input. Closed by the replication alone.
    var input: Descriptor? { get }
    var output: Descriptor { get }
    /// The last of its standard error.
    var errorTail: [UInt8] { get }

    /// What ended it, where that was not the connector itself; known once it has ended.
    var fault: LauncherError? { get }

    /// How it ended; nil when `deadline` passed first.
    func wait(until deadline: BootInstant) -> ChildExit?
    /// Waits until the last line of its standard error was handed out.
    func waitForErrors(until deadline: BootInstant) -> Bool
    /// Asks it to end and kills it after `grace`, all that came of it included. Blocks.
    func terminate(grace: Duration) -> ChildExit
}

extension RunningConnector {
    package var fault: LauncherError? { nil }
}

extension ConnectorProcess: RunningConnector {}
