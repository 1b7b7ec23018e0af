internal import CPosix
import Glibc

/// A descriptor that one thread makes readable to wake another out of `Poll.wait`.
package struct Wakeup: Sendable {
    package let descriptor: Descriptor

    package init() throws(PosixError) {
        let raw = cposix_eventfd()
        if raw < 0 { throw PosixError(errno: errno, "make an event descriptor") }
        descriptor = Descriptor(owning: raw)
    }

    package func signal() {
        var one: UInt64 = 1
        _ = withUnsafeBytes(of: &one) { write(descriptor.raw, $0.baseAddress, $0.count) }
    }

    /// Makes it quiet again.
    package func clear() {
        var count: UInt64 = 0
        _ = withUnsafeMutableBytes(of: &count) { read(descriptor.raw, $0.baseAddress, $0.count) }
    }
}
