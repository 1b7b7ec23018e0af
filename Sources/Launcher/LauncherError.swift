package import Posix

/// Why a connector could not be started or an attempt's process not be run, in words for the user.
package struct LauncherError: Error, Equatable, CustomStringConvertible {
    package enum Code: Sendable {
        /// No such connector, package, version or program.
        case notFound
        /// Its name is not one that the settings allow.
        case notAllowed
        /// pip could not install it, or its image could not be fetched.
        case installFailed
        /// This kind of image cannot be run.
        case unsupported
        /// The system refused to start a process.
        case spawnFailed
        /// The attempt was cancelled meanwhile.
        case cancelled
        /// The container engine cannot be reached, or what it was to do broke off.
        case engineAway
        /// A container was killed at its limit of memory.
        case outOfMemory
        /// A connector wrote more than is taken.
        case tooMuchOutput
        /// A message between worker and attempt is damaged or too large.
        case badFrame
        /// A file or directory of the attempt could not be used.
        case fileFailed
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package init(_ code: Code, _ error: PosixError) { self.init(code, error.message) }

    package var description: String { message }
}
