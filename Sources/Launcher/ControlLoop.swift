import Glibc
import Posix

/// The guard's thread: listens to the worker and counts down to the deadline.
struct ControlLoop {
    let state: GuardState

    /// Ends with the process.
    func run() -> Never {
        var decoder = FrameDecoder()
        var deadline = state.firstDeadline
        var killAt = BootInstant.distantFuture
        var nextReaping = BootClock.now + .seconds(5)
        while true {
            let isKilling = BootClock.now >= killAt
            let pause: Duration = isKilling ? .milliseconds(20) : .seconds(1)
            let ready = Poll.wait([.readable(state.control)], until: min(deadline, killAt, BootClock.now + pause))
            if ready == [true] {
                guard let part = try? state.control.read(upTo: 1 << 16), !part.isEmpty else { state.end(.ownerGone) }
                decoder.append(part)
                while true {
                    guard let next = try? decoder.next() as Frame?? else { state.end(.ownerGone) }
                    guard let frame = next else { break }
                    obey(frame, deadline: &deadline, killAt: &killAt)
                }
            }
            let now = BootClock.now
            if now >= deadline { state.end(.deadlinePassed) }
            if now >= killAt { ProcessTree.signal(ProcessTree.descendants(of: getpid()), .kill) }
            if now >= nextReaping {
                nextReaping = now + .seconds(5)
                state.reapOrphans(among: ProcessTree.descendants(of: getpid()))
            }
        }
    }

    private func obey(_ frame: Frame, deadline: inout BootInstant, killAt: inout BootInstant) {
        switch frame.kind {
        case .plan:
            state.receive(plan: frame.content)
        case .keepAlive:
            if let number = frame.number { deadline = max(deadline, BootInstant(nanoseconds: number)) }
        case .cancel:
            if state.cancel() { ProcessTree.signal(ProcessTree.descendants(of: getpid()), .terminate) }
            killAt = min(killAt, BootClock.now + .nanoseconds(frame.number ?? 0))
        case .event:
            break
        }
    }
}
