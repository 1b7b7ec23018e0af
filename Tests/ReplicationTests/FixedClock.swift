import Time

struct FixedClock: WallClock {
    var now = Instant(seconds: 1000)
}
