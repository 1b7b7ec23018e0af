internal import CPosix

/// The first process of a container has duties that no other has: signals that it does not handle do not reach it, and
/// every orphan becomes its child.
package enum FirstProcess {
    /// Has a child go on as the program where this is the first process; it stays behind and sees to those duties. The
    /// first line of a `main`, before there is a second thread.
    package static func standAside() { cposix_stand_aside() }
}
