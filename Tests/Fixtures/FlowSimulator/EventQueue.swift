/// What is still to come, the earliest first; of one time what was planned first.
struct EventQueue {
    struct Event {
        let time: Int64
        let number: Int
        let action: () -> Void
    }

    private var heap: [Event] = []
    private var lastNumber = 0

    var nextTime: Int64? { heap.first?.time }

    mutating func plan(at time: Int64, _ action: @escaping () -> Void) {
        lastNumber += 1
        heap.append(Event(time: time, number: lastNumber, action: action))
        var child = heap.count - 1
        while child > 0, precedes(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func popFirst() -> Event? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if heap.isEmpty { return first }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && precedes(child, least) {
                least = child
            }
            if least == parent { return first }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        (heap[left].time, heap[left].number) < (heap[right].time, heap[right].number)
    }
}
