import Glibc

/// A signal that asks a program for something.
package enum Signal: Int32, Sendable {
    case hangUp = 1
    case interrupt = 2
    case kill = 9
    case terminate = 15
}
