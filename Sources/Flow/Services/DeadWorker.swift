/// A worker of this host whose process is gone while runs were still in its name.
package struct DeadWorker: Hashable, Sendable {
    package let id: WorkerID
    package let pid: Int32
    package let processStarted: UInt64
}
