/// A binary heap in one array, with fast access to the smallest element.
///
/// The children of the element at *i* are at 2*i* + 1 and 2*i* + 2, and neither is smaller than it.
struct BinaryHeap<Element: Comparable> {
    private var elements: [Element] = []

    /// The smallest element.
    var min: Element? { elements.first }

    var count: Int { elements.count }

    /// The number of elements that fit into the allocated memory.
    ///
    /// It grows with the largest number of elements held at once, not with the number of
    /// insertions.
    var capacity: Int { elements.capacity }

    /// - Complexity: O(log *n*) in the number of elements.
    mutating func insert(_ element: Element) {
        elements.append(element)
        var index = elements.count - 1
        while index > 0 {
            let parent = (index - 1) / 2
            guard elements[index] < elements[parent] else { return }
            elements.swapAt(index, parent)
            index = parent
        }
    }

    /// Removes and returns the smallest element.
    ///
    /// If several are equal, it is any of them.
    ///
    /// - Complexity: O(log *n*) in the number of elements.
    mutating func popMin() -> Element? {
        guard let last = elements.popLast() else { return nil }
        guard let smallest = elements.first else { return last }
        elements[0] = last
        sink(from: 0)
        return smallest
    }

    /// Moves an element down until no child is smaller.
    private mutating func sink(from start: Int) {
        var index = start
        while true {
            var child = 2 * index + 1
            guard child < elements.count else { return }
            if child + 1 < elements.count, elements[child + 1] < elements[child] { child += 1 }
            guard elements[child] < elements[index] else { return }
            elements.swapAt(index, child)
            index = child
        }
    }
}
