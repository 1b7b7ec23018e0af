import Glibc

/// How a process says whose it is: by variables of its environment, and by a number that it cannot drop.
///
/// The environment is lost when a descendant clears it, or cannot be read when the process hides it. The number is
/// `RLIMIT_LOCKS`, a limit that the kernel keeps for each process, hands down through fork and exec, shows to
/// everyone, and has enforced nowhere since Linux 2.4.25.
package struct ProcessMark: Sendable {
    /// `NAME=value`.
    package let variable: String
    /// The numbers that mean the same; nil where only the variable counts.
    package let numbers: ClosedRange<UInt64>?

    package init(variable: String, numbers: ClosedRange<UInt64>? = nil) {
        self.variable = variable
        self.numbers = numbers
    }

    /// Whether a process carries it. One that has ended keeps its number until it is reaped.
    package func marks(_ pid: Int32) -> Bool {
        if let numbers, let number = Self.number(of: pid), numbers.contains(number) { return true }
        guard let environment = ProcessStatus.contents("/proc/\(pid)/environ", limit: 1 << 22) else { return false }
        let wanted = Array(variable.utf8)
        return environment.split(separator: 0).contains { $0.elementsEqual(wanted) }
    }

    /// The number of a process; nil where none was given.
    package static func number(of pid: Int32) -> UInt64? {
        guard let limits = ProcessStatus.contents("/proc/\(pid)/limits", limit: 8192) else { return nil }
        let label = Array("Max file locks".utf8)
        for line in limits.split(separator: UInt8(ascii: "\n")) where line.starts(with: label) {
            let value = line.dropFirst(label.count).split(separator: UInt8(ascii: " ")).first ?? []
            return UInt64(String(decoding: value, as: UTF8.self))
        }
        return nil
    }
}
