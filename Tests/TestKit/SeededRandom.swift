import Posix

/// Random numbers that a seed makes again (SplitMix64).
package struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// The seed in an environment variable, or a new one.
    package static func seed(from variable: String) -> UInt64 {
        Environment.current[variable].flatMap(UInt64.init) ?? .random(in: 1..<1 << 32)
    }
}
