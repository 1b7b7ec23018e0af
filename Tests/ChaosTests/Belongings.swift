import Posix

/// What this process holds of the kernel's.
struct Belongings: Hashable {
    let descriptors: Int
    let threads: Int

    static var now: Belongings { Belongings(descriptors: count("fd"), threads: count("task")) }

    func fit(into other: Belongings, slack: Int) -> Bool {
        descriptors <= other.descriptors + slack && threads <= other.threads + slack
    }

    private static func count(_ kind: String) -> Int { ((try? Directory.entries("/proc/self/\(kind)")) ?? []).count }
}
