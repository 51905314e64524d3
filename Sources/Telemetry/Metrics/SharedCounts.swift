internal import Synchronization

/// Counts of what happens rarely, and on any thread.
package final class SharedCounts: @unchecked Sendable {
    // Sendable because the numbers are atomic, and the memory lives as long as this object.
    private let numbers: UnsafeMutableBufferPointer<Atomic<Int>>

    package init(count: Int) {
        numbers = .allocate(capacity: count)
        for index in 0..<count { numbers.initializeElement(at: index, to: Atomic(0)) }
    }

    deinit {
        numbers.deinitialize()
        numbers.deallocate()
    }

    package func add(_ number: Int = 1, at index: Int = 0) {
        numbers[index].add(number, ordering: .relaxed)
    }

    package subscript(index: Int) -> Int { numbers[index].load(ordering: .relaxed) }

    package var indices: Range<Int> { numbers.indices }

    package var total: Int { indices.reduce(0) { $0 + self[$1] } }
}
