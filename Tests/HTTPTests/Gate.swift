import Synchronization

/// Lets handlers wait until a test has seen what it waits for.
///
/// `pass` returns when the gate is open, `arrived(n)` when n have come to it. Cancellation of `pass` is counted.
actor Gate {
    private var isOpen = false
    private var come = 0
    private var cancelled = 0
    private var passing: [Int: CheckedContinuation<Void, Never>] = [:]
    private var watchers: [(condition: @Sendable (Int, Int) -> Bool, continuation: CheckedContinuation<Void, Never>)] =
        []

    func pass() async {
        come += 1
        let number = come
        notify()
        if isOpen { return }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if isOpen || Task.isCancelled {
                    if Task.isCancelled { cancelled += 1 }
                    continuation.resume()
                } else {
                    passing[number] = continuation
                }
            }
        } onCancel: {
            Task { await self.leave(number) }
        }
        notify()
    }

    func open() {
        isOpen = true
        for continuation in passing.values { continuation.resume() }
        passing = [:]
    }

    func arrived(_ count: Int) async { await wait { come, _ in come >= count } }

    func cancelled(_ count: Int) async { await wait { _, cancelled in cancelled >= count } }

    private func leave(_ number: Int) {
        guard let continuation = passing.removeValue(forKey: number) else { return }
        cancelled += 1
        continuation.resume()
        notify()
    }

    private func wait(_ condition: @escaping @Sendable (Int, Int) -> Bool) async {
        if condition(come, cancelled) { return }
        await withCheckedContinuation { watchers.append((condition, $0)) }
    }

    private func notify() {
        let ready = watchers.filter { $0.condition(come, cancelled) }
        watchers.removeAll { $0.condition(come, cancelled) }
        for watcher in ready { watcher.continuation.resume() }
    }
}
