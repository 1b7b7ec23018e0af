import CPostgres

/// Asks the server to stop what a connection is running; any thread may.
///
/// Sharing it is safe: the handle is never changed, and libpq documents `PQcancel` as callable from any thread.
package final class PostgresCanceller: @unchecked Sendable {
    private let handle: OpaquePointer?

    init(_ connection: OpaquePointer) { handle = PQgetCancel(connection) }

    deinit { PQfreeCancel(handle) }

    /// Blocks for a round trip. The statement ends with `.cancelled` unless it was done already.
    package func cancel() {
        guard let handle else { return }
        _ = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { reason in
            PQcancel(handle, reason.baseAddress, CInt(reason.count))
        }
    }
}
