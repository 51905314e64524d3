/// When the registrations of one loop want to be woken at the latest.
///
/// A deadline moves with every request but is rarely reached, so moving it later costs nothing:
/// the heap keeps the earlier entry, and when that falls due the registration's true deadline
/// decides whether to fire or to enter the heap again.
///
/// Moving it earlier adds an entry; the registration then ignores the later one when it falls due.
struct Deadlines {
    struct Entry: Comparable {
        let due: MonotonicTime
        let token: Registration.Token

        static func < (left: Entry, right: Entry) -> Bool { left.due < right.due }
        static func == (left: Entry, right: Entry) -> Bool { left.due == right.due }
    }

    private var heap = BinaryHeap<Entry>()

    /// The earliest time at which ``next(due:)`` may have something to say, or `nil`.
    var earliest: MonotonicTime? { heap.min?.due }

    /// The number of entries, those that are ignored when they fall due included.
    var count: Int { heap.count }

    mutating func add(_ token: Registration.Token, due: MonotonicTime) {
        heap.insert(Entry(due: due, token: token))
    }

    /// Takes the next entry that is due at `now`.
    ///
    /// - Complexity: O(log *n*) in the number of entries.
    mutating func next(due now: MonotonicTime) -> Entry? {
        guard let first = heap.min, first.due <= now else { return nil }
        return heap.popMin()
    }
}
