/// The deadlines of the registrations of one loop.
///
/// A deadline moves with every request but is rarely reached, so moving it later must cost nothing.
/// The heap keeps the earlier entry. When that entry is due, the registration checks its true
/// deadline, and fires or enters the heap again.
///
/// Moving a deadline earlier adds an entry. The registration later ignores the old entry.
struct Deadlines {
    struct Entry: Comparable {
        let due: MonotonicTime
        let token: Registration.Token

        static func < (left: Entry, right: Entry) -> Bool { left.due < right.due }
        static func == (left: Entry, right: Entry) -> Bool { left.due == right.due }
    }

    private var heap = BinaryHeap<Entry>()

    /// The earliest time at which ``next(due:)`` may return an entry, or `nil`.
    var earliest: MonotonicTime? { heap.min?.due }

    /// The number of entries, including those that are ignored when they are due.
    var count: Int { heap.count }

    mutating func add(_ token: Registration.Token, due: MonotonicTime) {
        heap.insert(Entry(due: due, token: token))
    }

    /// Removes and returns the next entry that is due at `now`.
    ///
    /// - Complexity: O(log *n*) in the number of entries.
    mutating func next(due now: MonotonicTime) -> Entry? {
        guard let first = heap.min, first.due <= now else { return nil }
        return heap.popMin()
    }
}
