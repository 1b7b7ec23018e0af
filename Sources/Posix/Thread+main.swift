internal import CPosix

extension Thread {
    /// Whether this is the thread that the process began with, which lives as long as the process.
    package static var isMain: Bool { cposix_is_main_thread() != 0 }
}
